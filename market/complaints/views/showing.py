"""The page of a complaint: what each reader may see of it, and do with it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import render_template
from werkzeug.wrappers import Response

from market import files, regulations
from market.access import Permission, public
from market.complaints import actions, malicious, opening, queries, watching
from market.complaints.forms import (
    AbuseForm,
    AnswerForm,
    AskForm,
    DecideForm,
    GiveForm,
    HearForm,
    JudgeAbuseForm,
    OpenForm,
    ProposeForm,
    RefuseForm,
    ReplyForm,
    TakeBackAbuseForm,
    TakeBackForm,
    TransferForm,
    UndoAbuseForm,
    VerifyForm,
)
from market.complaints.model import Complaint, ComplaintAbuse, ComplaintStep
from market.complaints.rules import (
    DECIDED,
    AbuseState,
    ComplaintMove,
    ComplaintState,
    Remedy,
    Tier,
)
from market.complaints.views.blueprint import bp
from market.complaints.views.following import follows
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.duties import took
from market.errors import MissingError
from market.letters import queries as letters
from market.web.addresses import clean
from market.web.deeds import reading, seen_version
from market.web.forms import MarketForm
from market.web.work import installation

S, A = ComplaintState, AbuseState
F = TypeVar("F", bound=MarketForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """As what somebody looks at a complaint."""

    is_own: bool
    by_code: bool
    handles: bool
    decides: bool
    accused: bool
    heard: bool
    assigns: bool
    audits: bool

    @property
    def in_office(self) -> bool:
        """Whether it is an officer of the authority that handles it."""
        return self.handles or self.decides

    @property
    def is_side(self) -> bool:
        """Whether it is accused or heard, and learns nothing of who complains."""
        return (self.accused or self.heard) and not self.in_office and not self.is_own

    @property
    def knows(self) -> bool:
        """Whether the reader knows of the complaint otherwise than from the award's page."""
        is_side = self.accused or self.heard
        return self.is_own or self.in_office or is_side or self.assigns or self.audits


def reader_of(work: UnitOfWork, one: Complaint) -> Reader:
    """Return as what the actor looks at a complaint."""
    may = work.actor.permissions
    is_theirs = one.authority_org_id is not None and one.authority_org_id == work.actor.org_id
    is_accused = one.respondent_org_id is not None and one.respondent_org_id == work.actor.org_id
    in_office = is_theirs and not is_accused
    by_code = follows(one.number)
    return Reader(
        is_own=by_code or _is_own(work, one),
        by_code=by_code,
        handles=in_office and Permission.COMPLAINT_HANDLE in may,
        decides=in_office and Permission.COMPLAINT_DECIDE in may,
        accused=is_accused and (one.reply_by_at is not None or one.freezes),
        heard=one.party_by_at is not None and one.party_org_id == work.actor.org_id,
        assigns=Permission.COMPLAINT_ASSIGN in may and _assigns(work, one),
        audits=not is_accused
        and Permission.COMPLAINT_AUDIT in may
        and Permission.DRAW_SUPERVISE in may,
    )


def _assigns(work: UnitOfWork, one: Complaint) -> bool:
    try:
        queries.unassigned(work, one.number)
    except MissingError:
        return False
    return True


def _is_own(work: UnitOfWork, one: Complaint) -> bool:
    if work.actor.org_id is None:
        return False
    try:
        queries.own(work, installation().keys, one.number)
    except MissingError:
        return False
    return True


def found_own(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint that is the reader's own, by the account or by the code.

    Raises:
        MissingError: There is none.
    """
    one = queries.by_number(work, number)
    if not reader_of(work, one).is_own:
        raise MissingError
    return one


def may_of(
    work: UnitOfWork, one: Complaint, reader: Reader, abuse: ComplaintAbuse | None
) -> Mapping[str, bool]:
    """Return what the reader may do with a complaint now."""
    state, proposer = one.state, took(work, one.proposed_by_id)
    is_open = state in {S.RECEIVED, S.ACCEPTED}
    waits = state in {S.PROPOSED, S.REFUSING}
    undecided = abuse is not None and abuse.state in queries.OPEN_ABUSE
    proposed_abuse = abuse is not None and took(work, abuse.proposed_by_id)
    is_read = reader.handles and bool(opening.reads_of(work, one))
    return {
        "open": reader.in_office,
        "accept": reader.handles and state is S.RECEIVED,
        "read_first": reader.handles and is_open and not is_read,
        "verify": is_read and is_open and one.tier is Tier.NAMED,
        "refuse": is_read and state is S.RECEIVED,
        "ask": is_read
        and state is S.ACCEPTED
        and one.respondent_org_id is not None
        and one.reply_by_at is None,
        "hear": is_read and actions.may_hear(work, one),
        "propose": is_read and state is S.ACCEPTED,
        "take_back": reader.handles and waits and proposer,
        "decide": reader.decides and waits and not proposer,
        "withdraw": reader.is_own and (is_open or state is S.REFUSING),
        "reply": reader.accused
        and state is S.ACCEPTED
        and one.reply_ended_at is None
        and _in_time(work, one.reply_by_at),
        "state": reader.heard
        and state is S.ACCEPTED
        and one.party_ended_at is None
        and _in_time(work, one.party_by_at),
        "propose_abuse": reader.handles and state is S.REJECTED and abuse is None,
        "judge_abuse": reader.decides and undecided and not proposed_abuse,
        "read_reply": undecided
        and abuse is not None
        and abuse.replied_at is not None
        and not malicious.has_read(work, one, abuse.replied_at),
        "take_back_abuse": reader.handles and undecided and proposed_abuse,
        "undo_abuse": reader.decides and abuse is not None and abuse.state is A.CONFIRMED,
        "reply_abuse": reader.is_own
        and abuse is not None
        and abuse.state is A.PROPOSED
        and work.now < abuse.reply_by_at,
    }


def _in_time(work: UnitOfWork, by_at: datetime | None) -> bool:
    return by_at is not None and work.now < by_at


def _is_held(work: UnitOfWork, one: Complaint) -> bool:
    """Whether the award stands still for it now: another complaint may have ended the award."""
    return one.award_id is not None and one in queries.of_award(work, one.award_id)


def _gone(work: UnitOfWork, one: Complaint) -> Award | None:
    """Return the award that has ended, and not by this complaint: there is nothing left to hold."""
    award = work.session.get(Award, one.award_id) if one.award_id is not None else None
    by_this = one.state in DECIDED and one.remedy is Remedy.ANNUL
    return award if award is not None and award.state in GONE_AWARDS and not by_this else None


def _steps_for(work: UnitOfWork, one: Complaint, reader: Reader) -> Sequence[ComplaintStep]:
    """Return the steps a reader may see: the sides learn not even how known a complainant is."""
    steps = queries.steps_of(work, one) if reader.knows else ()
    if not (reader.is_own or reader.in_office):
        steps = [step for step in steps if step.abuse is None]
    return [step for step in steps if not (reader.is_side and step.move is ComplaintMove.VERIFY)]


@bp.get("/<number>")
@public
def show(number: str) -> Response:
    """Show a complaint: to each side what it may see, to others only why an award stands still."""
    return page_of(number, None, 200)


def page_of(number: str, form: MarketForm | None, status: int, opened: object = None) -> Response:
    """Return the page of a complaint, with a form that was refused where one was."""
    with reading() as work:
        one = queries.by_number(work, clean(number))
        reader = reader_of(work, one)
        if not reader.knows and not one.freezes:
            raise MissingError
        abuse = queries.abuse_of(work, one) if reader.is_own or reader.in_office else None
        steps = _steps_for(work, one, reader)
        knows_letters = reader.is_own or reader.in_office
        page = render_template(
            "complaints/show.html",
            one=one,
            reader=reader,
            may=may_of(work, one, reader, abuse),
            steps=steps,
            is_held=_is_held(work, one),
            gone=_gone(work, one),
            read=opening.reads_of(work, one) if reader.in_office or reader.audits else (),
            authority=queries.name_of(work, one.authority_org_id),
            respondent=queries.name_of(work, one.respondent_org_id) if reader.in_office else "",
            said=queries.said_in(work, one),
            actors=watching.actors_of(work, steps) if reader.audits else {},
            letters=letters.of_subject(work, f"complaint:{one.id}") if knows_letters else [],
            abuse=abuse,
            # Sealed as the complaint is: whoever handles it states a purpose first.
            abuse_reply=malicious.reply_of(installation().keys, one, abuse)
            if abuse is not None and (reader.is_own or opened is not None)
            else "",
            opened=opened,
            version=seen_version(one.version),
            form=form,
            forms=_forms(work, one, form, reader),
            accept=files.ACCEPTED,
            rules=regulations.current().by_id(one.regulation_id),
        )
    private = {"Cache-Control": "private, no-store"} if reader.knows else {}
    return Response(page, status=status, headers=private, mimetype="text/html")


def _forms(
    work: UnitOfWork, one: Complaint, form: MarketForm | None, reader: Reader
) -> dict[str, Any]:
    """Return every form of the page, the one that was refused with what was typed."""

    def made(kind: type[F]) -> F:
        return form if type(form) is kind else kind(formdata=None)

    found: dict[str, Any] = {
        "open": made(OpenForm),
        "refuse": made(RefuseForm),
        "verify": made(VerifyForm),
        "ask": made(AskForm),
        "hear": made(HearForm),
        "answer": made(AnswerForm),
        "reply": made(ReplyForm),
        "propose": made(ProposeForm),
        "take_back": made(TakeBackForm),
        "decide": made(DecideForm),
        "abuse": made(AbuseForm),
        "judge": made(JudgeAbuseForm),
        "take_back_abuse": made(TakeBackAbuseForm),
        "undo": made(UndoAbuseForm),
        "give": made(GiveForm),
        "transfer": made(TransferForm),
    }
    for name in ("open", "refuse", "propose", "abuse"):
        found[name].offer()
    if reader.handles or reader.assigns:
        others = actions.others_for(work, one)
        found["give"].offer(others)
        found["transfer"].offer(others)
    return found
