"""Reading what the tables say of an owner, and what was reported of a professional.

Nothing is stored twice: the ledger of an owner is what its cards, signings and needs say now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from market import regulations
from market.access import OrgKind
from market.accounts.model import Organisation
from market.clocks.card_rules import CardState, Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault
from market.credit import queries
from market.credit.ledgers import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.ledgers.rules import OwnerFault, score_of
from market.credit.model import Breach, BreachAnnulment
from market.credit.rules import Level, counts_until, level_of
from market.credit.scope import firm_in, groups_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.model import Firm, FirmStaff
from market.needs.model import Need, Notice
from market.needs.rules import NeedState

MOST_OWNERS = 500
GRAVE = (CardStage.RED, CardStage.SUPERVISE, CardStage.REFER)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerEvent:
    """One fault of an owner: what, when, what proves it, what it costs and until when."""

    fault: OwnerFault
    number: str
    detail: str
    at: datetime
    points: int
    counts: bool
    counts_until_at: datetime
    # It comes from a clock's card that counts at once, and that nobody has judged yet.
    unjudged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLedger:
    """An owner's faults, the latest first, and its score as it counts now."""

    rows: tuple[OwnerEvent, ...]
    score: int
    level: Level
    start: int
    window_months: int


def owner_ledger(work: UnitOfWork, org_id: int) -> OwnerLedger:
    """Return an owner's ledger as the tables have it now."""
    rules = regulations.in_force("credit", work.today)
    start, window = rules.integer("score.start"), rules.integer("score.window_months")
    unjudged = _unjudged(work, org_id)
    rows = [
        OwnerEvent(
            fault=fault,
            number=number,
            detail=detail,
            at=at,
            points=rules.integer(f"owner_points.{fault}"),
            counts=work.now < counts_until(at, window),
            counts_until_at=counts_until(at, window),
            unjudged=fault is OwnerFault.CARD and number in unjudged,
        )
        for fault, number, detail, at in (
            *_cards(work, org_id),
            *_unsigned(work, org_id),
            *_cancelled(work, org_id),
        )
    ]
    value = score_of([row.points for row in rows if row.counts], start=start)
    return OwnerLedger(
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.number), reverse=True)),
        score=value,
        level=level_of(value, queries.floors(work)),
        start=start,
        window_months=window,
    )


@dataclass(frozen=True, slots=True)
class OwnerScore:
    """An owner and its ledger as it counts now."""

    owner: Organisation
    ledger: OwnerLedger


def owner_scores(work: UnitOfWork, words: str = "") -> list[OwnerScore]:
    """Return the owners with anything in their ledgers, the lowest score first.

    Args:
        work: The unit of work.
        words: Part of a name or a credit code; nothing means everybody.
    """
    graded = select(Card.org_id).where(*_costly())
    unsigned = select(SigningCase.owner_org_id).where(SigningCase.fault == Fault.OWNER)
    called_back = select(Need.owner_org_id).where(
        Need.state == NeedState.WITHDRAWN, exists().where(Notice.need_id == Need.id)
    )
    owners = work.session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrgKind.OWNER,
            or_(*(Organisation.id.in_(one) for one in (graded, unsigned, called_back))),
            or_(
                Organisation.name.contains(words, autoescape=True),
                Organisation.code == words.upper(),
            ),
        )
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST_OWNERS)
    )
    found = [OwnerScore(owner, owner_ledger(work, owner.id)) for owner in owners]
    return sorted((one for one in found if one.ledger.rows), key=lambda one: one.ledger.score)


Found = Iterable[tuple[OwnerFault, str, str, datetime]]


def _cards(work: UnitOfWork, org_id: int) -> Found:
    cards = work.session.scalars(select(Card).where(Card.org_id == org_id, *_costly()))
    return [
        (OwnerFault.CARD, card.number, f"{card.subject_number}：{card.cause}", card.reached_at)
        for card in cards
    ]


def _costly() -> tuple[ColumnElement[bool], ...]:
    """Return the condition for the cards that cost: a clock's at once, any other once judged.

    As a firm's (docs/adr/0082): nobody loses points unheard, and none for a contract not signed
    beside what is found about the signing itself. Only a yellow card is closed without a judgement.
    """
    judged = Card.state.in_((CardState.UPHELD, CardState.CLOSED))
    return (
        Card.stage.in_(GRAVE),
        Card.state != CardState.WITHDRAWN,
        Card.trigger != Trigger.LATE_CONTRACT,
        Card.clock_id.is_not(None) | judged,
    )


def _unjudged(work: UnitOfWork, org_id: int) -> frozenset[str]:
    waiting = select(Card.number).where(
        Card.org_id == org_id, Card.state.in_(queries.UNJUDGED), *_costly()
    )
    return frozenset(work.session.scalars(waiting))


def _unsigned(work: UnitOfWork, org_id: int) -> Found:
    found = work.session.scalars(
        select(SigningCase).where(
            SigningCase.owner_org_id == org_id,
            SigningCase.fault == Fault.OWNER,
            SigningCase.decided_at.is_not(None),
        )
    )
    return [
        (OwnerFault.UNSIGNED, case.number, case.decision, case.decided_at)
        for case in found
        if case.decided_at is not None
    ]


def _cancelled(work: UnitOfWork, org_id: int) -> Found:
    needs = work.session.scalars(
        select(Need).where(
            Need.owner_org_id == org_id,
            Need.state == NeedState.WITHDRAWN,
            exists().where(Notice.need_id == Need.id),
        )
    )
    return [
        (OwnerFault.CANCELLED, need.number or "", need.title, need.state_since) for need in needs
    ]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One breach that names a professional, with the firm and why it was found wrong, if it was."""

    breach: Breach
    firm: Firm
    annulled: BreachAnnulment | None


def person(work: UnitOfWork, staff_id: int) -> tuple[FirmStaff, list[PersonRow]]:
    """Return a professional and what was reported of the person, in whatever firm.

    Raises:
        MissingError: There is none, or the person's firm is another regulator's.
    """
    member = work.session.scalar(
        select(FirmStaff)
        .join(Firm, Firm.id == FirmStaff.firm_id)
        .where(FirmStaff.id == staff_id, firm_in(groups_of(work)))
    )
    if member is None:
        raise MissingError
    same = select(FirmStaff.id).where(FirmStaff.person_digest == member.person_digest)
    rows = work.session.execute(
        select(Breach, Firm, BreachAnnulment)
        .join(Firm, Firm.id == Breach.firm_id)
        .outerjoin(BreachAnnulment, BreachAnnulment.breach_id == Breach.id)
        .where(Breach.staff_id.in_(work.session.scalars(same).all()))
        .order_by(Breach.occurred_at.desc(), Breach.id.desc())
    )
    return member, [PersonRow(*row) for row in rows]
