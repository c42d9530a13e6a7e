"""What people do with needs. Each action changes state, and says so in the journal."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from market import regulations, rulebook
from market.catalogue.queries import item as item_of
from market.db import UnitOfWork
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.errors import ConflictError, MarketError, SeparationOfDutiesError, msgid
from market.needs import hindrances
from market.needs.bundling.guard import require_sum
from market.needs.changes.lapsing import lapse
from market.needs.checks.actions import Stage, pass_checks
from market.needs.documents import document_of
from market.needs.journal import NeedFailed, NeedMoved, NoticePublished
from market.needs.limits import DRAW_SUBJECT, SUBJECT, agreed_timetable
from market.needs.methods import METHODS_SUBJECT, Method, check_method
from market.needs.model import Need, NeedFailure, NeedRecusal, NeedReturn, Notice
from market.needs.price_cap import FEES_SUBJECT
from market.needs.prices import QuoteUnit
from market.needs.queries import notice_of, recusals_of
from market.needs.record.actions import count_cancellation
from market.needs.record.rules import CancelGround
from market.needs.rules import Move, NeedState, Timetable, advance, check_facts
from market.numbers import next_number
from market.tariffs.disclosed import project_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """What an owner says of a need, as typed on its form."""

    item_code: str
    title: str
    content: str
    scale: str
    project_code: str
    project_name: str
    funding_source: str
    ceiling_fen: int
    service_working_days: int
    staff_required: int
    contact_name: str
    contact_phone: str
    mode: str
    alternates: int
    fresh_alternates: bool = False
    method: str = Method.LOTTERY
    floor_fen: int | None = None
    quote_unit: str = QuoteUnit.AMOUNT
    fee_bases: str = ""
    fee_standard: str = ""
    recusals: tuple[tuple[str, str], ...] = ()
    """Credit code and reason of each firm that may not take part."""


class NoReasonError(MarketError):
    """A refusal needs a reason."""

    sentence = msgid("请写明理由（至少 5 个字），对方将看到这段文字。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class PublishedError(MarketError):
    """The notice is out: the need and its draw can only be withdrawn together."""

    sentence = msgid("公告已经发布，不能在此撤回。请在需求页面使用“撤回公告”，摇号将一并终止。")


class EnrolmentOverError(MarketError):
    """Enrolment has closed: from then on the owner can neither withdraw nor change anything."""

    sentence = msgid("报名已经截止，业主不能再撤回。名单、摇号和结果按公告的时间表自动进行。")


Deed = Callable[[UnitOfWork, Need], None]
REASON_SHORTEST = 5
EDITABLE = frozenset({NeedState.DRAFT, NeedState.RETURNED, NeedState.FAILED})


def draft(work: UnitOfWork, facts: NeedFacts) -> Need:
    """Write down a new need of the actor's organisation.

    Raises:
        UnknownItemError: The catalogue has no such item today.
        NeedFactsError: The facts break a rule; the error names the field.
    """
    check(work, facts)
    need = Need(
        number=next_number(work, "XQ"),
        owner_org_id=work.org_id,
        attempt=1,
        state=NeedState.DRAFT,
        state_since=work.now,
        posted_by_id=work.user_id,
    )
    _fill(need, facts)
    work.session.add(need)
    work.session.flush()
    _set_recusals(work, need, facts)
    return need


def edit(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    """Change a draft, a returned need, or a failed one before its second notice."""
    if need.state not in EDITABLE:
        advance(need.state, Move.SUBMIT)
    check(work, facts)
    _fill(need, facts)
    require_sum(work, need)
    need.posted_by_id = work.user_id
    # Recusals are rows of their own: the need's version must count them too.
    flag_modified(need, "posted_by_id")
    _set_recusals(work, need, facts)


def submit(work: UnitOfWork, need: Need) -> None:
    """Send a need to its owner's second person.

    Raises:
        NeedFactsError: Since it was written the catalogue or the rules have changed.
        MarketError: Its source of entropy cannot be had, or it cannot be announced again.
        FindingsError: The checks at posting found what must go, or be explained in public.
        OwnerUncheckedError, NotAuthorisedBuyerError: The owner, or the person, may not post it.
    """
    advance(need.state, Move.SUBMIT)
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    check(work, facts_of(work, need))
    check_announcing(work, need)
    pass_checks(work, need, Stage.SUBMIT)
    need.submitted_by_id = work.user_id
    need.approved_by_id = None
    need.checked_by_id = None
    _move(work, need, Move.SUBMIT)


def approve(work: UnitOfWork, need: Need) -> None:
    """Approve a need within its organisation; never by who wrote or submitted it.

    Raises:
        SeparationOfDutiesError: The approver wrote or submitted the need.
        NotAuthorisedBuyerError: The approver's authority does not reach as far.
    """
    advance(need.state, Move.APPROVE)
    _another_person(work, need)
    require_buyer(work, BuyerDeed.APPROVE, need.item_code, need.ceiling_fen)
    need.approved_by_id = work.user_id
    _move(work, need, Move.APPROVE)


def send_back(work: UnitOfWork, need: Need, reason: str) -> None:
    """Refuse a need within its organisation, with the reason."""
    advance(need.state, Move.SEND_BACK)
    _another_person(work, need)
    _register_return(work, need, Move.SEND_BACK, reason)


def return_to_owner(work: UnitOfWork, need: Need, reason: str) -> None:
    """Refuse a need at the operator's check; the refusal is registered with its reason."""
    _register_return(work, need, Move.RETURN, reason)


def publish(
    work: UnitOfWork, need: Need, times: Timetable | None = None
) -> tuple[Notice, Timetable]:
    """Publish the notice of a checked need, its whole timetable fixed. Called by ``draws``.

    ``times`` replaces the timetable of the rules, for a session at another hour.

    Raises:
        UnknownYearError: The calendar does not reach the end of the timetable.
        IllegalMoveError: The need is not waiting for the operator.
        FindingsError: The checks at posting, done again now, found something in its way.
    """
    rules = rulebook.apply(work, SUBJECT)
    rulebook.apply(work, "procurement-threshold")
    rulebook.apply(work, METHODS_SUBJECT)
    rulebook.apply(work, FEES_SUBJECT)
    advance(need.state, Move.PUBLISH)
    check(work, facts_of(work, need))
    pass_checks(work, need, Stage.PUBLISH)
    times = agreed_timetable(work.now, need.ceiling_fen, times, need.mode, need.method)
    need.regulation_id = rules.id
    need.checked_by_id = work.user_id
    number = next_number(work, "GG")
    document, digest = document_of(work, need, number, times, rules)
    notice = Notice(
        need_id=need.id,
        attempt=need.attempt,
        number=number,
        document=document,
        digest=digest,
        published_at=work.now,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        reveal_by_at=times.reveal_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
    )
    work.session.add(notice)
    _move(work, need, Move.PUBLISH)
    work.record(
        NoticePublished(
            notice=number,
            need=need.number,
            attempt=need.attempt,
            document_digest=digest,
            regulation=rules.id,
            regulation_digest=rules.digest,
        )
    )
    return notice, times


def withdraw(
    work: UnitOfWork, need: Need, reason: str, ground: CancelGround = CancelGround.OTHER
) -> None:
    """Take back a need before enrolment closes, with the reason; counted if a notice was out.

    Once the notice is out it is ``draws`` that calls this, for the draw ends with the need.

    Raises:
        EnrolmentOverError: The notice's deadline has come, whether or not a job has acted on it.
    """
    if need.state is NeedState.OPEN:
        notice = notice_of(work, need)
        if notice is None or work.now >= notice.enrol_close_at:
            raise EnrolmentOverError
    _register_return(work, need, Move.WITHDRAW, reason)
    count_cancellation(work, need, ground, reason.strip())


def take_back(
    work: UnitOfWork, need: Need, reason: str, ground: CancelGround = CancelGround.OTHER
) -> None:
    """Withdraw a need that has no notice out yet.

    Raises:
        PublishedError: Its notice is out.
    """
    if need.state is NeedState.OPEN:
        raise PublishedError
    withdraw(work, need, reason, ground)


def fail(work: UnitOfWork, need: Need, reason: str, diagnosis: str) -> None:
    """Record that a need failed (流标): the coded reason in the log, the diagnosis in public."""
    need.failure = diagnosis
    _move(work, need, Move.FAIL)
    work.session.add(
        NeedFailure(
            need_id=need.id,
            attempt=need.attempt,
            reason=reason,
            diagnosis=diagnosis,
            at=work.now,
        )
    )
    work.record(NeedFailed(need=need.number, attempt=need.attempt, reason=reason))


def renotice(work: UnitOfWork, need: Need) -> None:
    """Start the second notice of a failed need; it is approved and checked again.

    Raises:
        MarketError: The second notice would not be believed, or its source cannot be had.
    """
    advance(need.state, Move.RENOTICE)
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    check(work, facts_of(work, need))
    check_announcing(work, need)
    pass_checks(work, need, Stage.SUBMIT)
    need.attempt += 1
    need.posted_by_id = work.user_id
    need.submitted_by_id = work.user_id
    need.approved_by_id = None
    need.checked_by_id = None
    _move(work, need, Move.RENOTICE)


def rewrite(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    """Write other facts over a need's; the caller has asked whether that may be."""
    _fill(need, facts)
    require_sum(work, need)
    _set_recusals(work, need, facts)


def unchanged_since(need: Need, version: int | None) -> None:
    """Refuse a decision on a text that was changed after the reader saw it.

    Raises:
        ConflictError: The need is at another version than the page that was sent.
    """
    if version is not None and need.version != version:
        raise ConflictError


def step(work: UnitOfWork, need: Need, move: Move) -> None:
    """Move a need along as its draw, award and contract go on."""
    _move(work, need, move)


def facts_of(work: UnitOfWork, need: Need) -> NeedFacts:
    """Return what the owner said of a need."""
    said = {name: getattr(need, name) for name in NeedFacts.__slots__ if name != "recusals"}
    recusals = tuple((r.firm_code, r.reason) for r in recusals_of(work, need))
    return NeedFacts(recusals=recusals, **said)


def check(work: UnitOfWork, facts: NeedFacts) -> None:
    """Refuse what could not be published today.

    Raises:
        UnknownItemError: The catalogue has no such item today.
        NeedFactsError: The first rule that is broken, naming the field.
    """
    item = item_of(facts.item_code, work.today)
    rules = regulations.in_force(SUBJECT, work.today)
    threshold = regulations.in_force("procurement-threshold", work.today)
    draw_rules = regulations.in_force(DRAW_SUBJECT, work.today)
    check_facts(
        mode=facts.mode,
        ceiling_fen=facts.ceiling_fen,
        tender_from_fen=(
            threshold.integer("engineering_services.single_contract_from_fen")
            if item.tender_class
            else None
        ),
        service_working_days=facts.service_working_days,
        limit_working_days=item.time_limit_working_days,
        staff_required=facts.staff_required,
        least_staff=item.staff.count if item.staff else 0,
        alternates=facts.alternates,
        most_alternates=rules.integer("draw.maximum_alternates"),
        modes=draw_rules.texts("draw.modes"),
        fresh=facts.fresh_alternates,
        fresh_allowed=draw_rules.flag("draw.fresh_allowed"),
    )
    check_method(
        method=facts.method,
        allowed=regulations.in_force(METHODS_SUBJECT, work.today).texts("methods.allowed"),
        floor_fen=facts.floor_fen,
        ceiling_fen=facts.ceiling_fen,
        unit=facts.quote_unit,
    )
    project_of(facts.fee_bases, facts.fee_standard, work.today)


def check_announcing(work: UnitOfWork, need: Need) -> None:
    """Refuse what features above know cannot be announced.

    Raises:
        MarketError: The reason, in their words.
    """
    for found in (hindrances.of_again(work, need), hindrances.of_source(work, need.mode)):
        if found is not None:
            raise found


def _fill(need: Need, facts: NeedFacts) -> None:
    for name in NeedFacts.__slots__:
        if name != "recusals":
            setattr(need, name, getattr(facts, name))


def _set_recusals(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    work.session.execute(delete(NeedRecusal).where(NeedRecusal.need_id == need.id))
    for code, reason in dict(facts.recusals).items():
        work.session.add(NeedRecusal(need_id=need.id, firm_code=code, reason=reason))
    work.session.flush()


def _another_person(work: UnitOfWork, need: Need) -> None:
    if work.user_id in {need.posted_by_id, need.submitted_by_id}:
        raise SeparationOfDutiesError(msgid("填报人"), msgid("审批人"))


def _register_return(work: UnitOfWork, need: Need, move: Move, reason: str) -> None:
    text = reason.strip()
    if len(text) < REASON_SHORTEST:
        raise NoReasonError
    _move(work, need, move)
    row = NeedReturn(need_id=need.id, move=move, reason=text, by_id=work.user_id, at=work.now)
    work.session.add(row)


def _move(work: UnitOfWork, need: Need, move: Move) -> None:
    if need.state is NeedState.OPEN:
        lapse(work, need)
    need.state = advance(need.state, move)
    need.state_since = work.now
    work.record(NeedMoved(need=need.number, move=move, state=need.state))
