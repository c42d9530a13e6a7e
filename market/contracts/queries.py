"""Finding contracts. What an actor may not know of is missing, not forbidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from market.access import Permission
from market.accounts.model import Organisation
from market.calendar import binding_until
from market.clocks.model import Clock
from market.contracts.claims.model import DeliveryClaim
from market.contracts.model import Contract, Deliverable, Review, ReviewOverturned
from market.contracts.rules import OVER, ContractState
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import MissingError
from market.explanations.model import Explanation
from market.explanations.rules import OPEN as OPEN_EXPLANATIONS
from market.files import StoredFile
from market.firms.model import Firm
from market.needs.model import Need

PUBLIC = (
    ContractState.IN_FORCE,
    ContractState.RUNNING,
    ContractState.DELIVERED,
    ContractState.ACCEPTED,
    ContractState.ENDED,
)


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One contract as the public list shows it."""

    contract: Contract
    need: Need
    owner_name: str
    firm_name: str
    firm_code: str


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the firm's work and what became of it."""

    deliverable: Deliverable
    review: Review | None
    claim: DeliveryClaim | None = None


def for_party(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract of the actor's organisation."""
    org_id = work.actor.org_id
    return _one(
        work,
        Contract.id == contract_id,
        or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id),
    )


def for_reader(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract that the actor may read: a side's own, or any for those who oversee."""
    if Permission.OVERSIGHT_READ in work.actor.permissions:
        return _one(work, Contract.id == contract_id)
    return for_party(work, contract_id)


def has_file(work: UnitOfWork, contract: Contract, file_id: int) -> bool:
    """Whether a file is the contract's text or one of its deliverables."""
    of_round = exists().where(
        Deliverable.contract_id == contract.id, Deliverable.file_id == file_id
    )
    return contract.file_id == file_id or bool(work.session.scalar(select(of_round)))


def for_owner(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract whose owner the actor acts for."""
    return _one(work, Contract.id == contract_id, Contract.owner_org_id == work.actor.org_id)


def for_firm(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract whose firm the actor acts for."""
    return _one(work, Contract.id == contract_id, Contract.firm_org_id == work.actor.org_id)


def public(work: UnitOfWork, number: str) -> PublicRow:
    """Return a contract in force or later, as anyone may see it."""
    rows = _public_rows(work, [Contract.number == number], limit=1, offset=0)
    if not rows:
        raise MissingError
    return rows[0]


def public_list(
    work: UnitOfWork, *, text: str = "", limit: int = 20, offset: int = 0
) -> list[PublicRow]:
    """Return the contracts that are published, the latest confirmation first."""
    return _public_rows(work, _named(text), limit=limit, offset=offset)


def count_public(work: UnitOfWork, *, text: str = "") -> int:
    """Return how many contracts ``public_list`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(Contract.id)).where(Contract.state.in_(PUBLIC), *_named(text))
        )
        or 0
    )


def of_party(work: UnitOfWork, *, limit: int = 100, offset: int = 0) -> Sequence[Contract]:
    """Return the contracts of the actor's organisation, the latest first."""
    return work.session.scalars(
        select(Contract).where(_ours(work)).order_by(Contract.id.desc()).limit(limit).offset(offset)
    ).all()


def count_of_party(work: UnitOfWork) -> int:
    """Return how many contracts the actor's organisation has."""
    return work.session.scalar(select(func.count(Contract.id)).where(_ours(work))) or 0


def of_party_in(work: UnitOfWork, *states: ContractState) -> Sequence[Contract]:
    """Return the contracts of the actor's organisation in certain states."""
    return work.session.scalars(
        select(Contract).where(_ours(work), Contract.state.in_(states)).order_by(Contract.id)
    ).all()


def of_award(work: UnitOfWork, award_id: int) -> Contract | None:
    """Return the contract of an award, whatever its state."""
    return work.session.scalar(select(Contract).where(Contract.award_id == award_id))


def of_clock(work: UnitOfWork, clock: Clock) -> Contract | None:
    """Return the contract whose service a clock times; None for a clock of something else."""
    kind, _, key = clock.subject.partition(":")
    return work.session.get(Contract, int(key)) if kind == "contract" else None


def is_over(work: UnitOfWork, award_id: int) -> bool:
    """Whether the contract of an award has been performed, or was ended in force."""
    found = of_award(work, award_id)
    return found is not None and found.state in OVER


def own_of_award(work: UnitOfWork, award_id: int) -> Contract | None:
    """Return the contract of an award if the actor's organisation is a side of it."""
    return work.session.scalar(select(Contract).where(Contract.award_id == award_id, _ours(work)))


def files_of(work: UnitOfWork, contract: Contract) -> dict[int, StoredFile]:
    """Return the files of a contract's rounds, by their ids."""
    rows = work.session.scalars(
        select(StoredFile)
        .join(Deliverable, Deliverable.file_id == StoredFile.id)
        .where(Deliverable.contract_id == contract.id)
    )
    return {row.id: row for row in rows}


def award_to_sign(work: UnitOfWork, award_id: int) -> tuple[Award, Need, Firm]:
    """Return a confirmed award of which the actor's organisation is a side; one that is held too.

    Whoever opens the page of an award that stands still is told so.
    """
    org_id = work.actor.org_id
    row = work.session.execute(
        select(Award, Need, Firm)
        .join(Need, Need.id == Award.need_id)
        .join(Firm, Firm.id == Award.firm_id)
        .where(
            Award.id == award_id,
            Award.state.in_((AwardState.CONFIRMED, AwardState.FROZEN)),
            or_(Need.owner_org_id == org_id, Firm.organisation_id == org_id),
        )
    ).one_or_none()
    if row is None:
        raise MissingError
    return row[0], row[1], row[2]


def awards_to_sign(work: UnitOfWork) -> list[tuple[Award, Need]]:
    """Return the confirmed awards of the actor's organisation that have no contract yet."""
    org_id = work.actor.org_id
    rows = work.session.execute(
        select(Award, Need)
        .join(Need, Need.id == Award.need_id)
        .join(Firm, Firm.id == Award.firm_id)
        .where(
            Award.state == AwardState.CONFIRMED,
            or_(Need.owner_org_id == org_id, Firm.organisation_id == org_id),
            ~exists().where(Contract.award_id == Award.id),
        )
        .order_by(Award.sign_by_at, Award.id)
    )
    return [(award, need) for award, need in rows]


def rounds_of(work: UnitOfWork, contract: Contract) -> list[Round]:
    """Return the rounds of a contract, the first one first, each with the review that stands."""
    rows = work.session.execute(
        select(Deliverable, Review, DeliveryClaim)
        .select_from(Deliverable)
        .outerjoin(Review, and_(Review.deliverable_id == Deliverable.id, stands()))
        .outerjoin(DeliveryClaim, DeliveryClaim.deliverable_id == Deliverable.id)
        .where(Deliverable.contract_id == contract.id)
        .order_by(Deliverable.round_no)
    )
    return [Round(deliverable, review, claim) for deliverable, review, claim in rows]


def returned(rounds: Iterable[Round]) -> dict[str, int]:
    """Return the rounds that were sent back, by the digests of their files."""
    return {
        one.deliverable.digest: one.deliverable.round_no
        for one in rounds
        if one.review is not None and not one.review.accepted
    }


def stands() -> ColumnElement[bool]:
    """Return the condition that a review was not overturned: only then it counts."""
    return ~exists().where(ReviewOverturned.review_id == Review.id)


def review_of(work: UnitOfWork, deliverable: Deliverable) -> Review | None:
    """Return the review of a round that stands; None while there is none."""
    return work.session.scalar(
        select(Review).where(Review.deliverable_id == deliverable.id, stands())
    )


def latest_deliverable(work: UnitOfWork, contract: Contract) -> Deliverable:
    """Return the last round that was handed in."""
    found = work.session.scalar(
        select(Deliverable)
        .where(Deliverable.contract_id == contract.id)
        .order_by(Deliverable.round_no.desc())
        .limit(1)
    )
    if found is None:
        raise MissingError
    return found


def silent_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the delivered contracts whose owner has let the days of the check pass, by id."""
    return work.session.scalars(
        select(Contract.id)
        .where(
            Contract.state == ContractState.DELIVERED,
            Contract.next_check_at <= binding_until(now),
            Contract.id > after_id,
        )
        .order_by(Contract.id)
        .limit(limit)
    ).all()


def unsigned_award_ids(
    work: UnitOfWork, now: datetime, limit: int, after_id: int = 0
) -> Sequence[int]:
    """Return the awards past their signing day without a contract that still may come, by id.

    A firm that has filed its contract is not punished for an owner who does not confirm it;
    and whoever was given days to answer or to file again has them.
    """
    may_come = exists().where(
        Contract.award_id == Award.id,
        or_(
            and_(
                Contract.state == ContractState.FILED,
                Contract.filed_by_org_id == Contract.firm_org_id,
            ),
            and_(
                Contract.state.in_((ContractState.FILED, ContractState.RETURNED)),
                Contract.act_by_at > now,
            ),
        ),
    )
    return work.session.scalars(
        select(Award.id)
        .where(
            Award.state == AwardState.CONFIRMED,
            Award.sign_by_at <= binding_until(now),
            Award.id > after_id,
            ~may_come,
            # While a low price is being explained nothing can be signed: no time runs for it.
            ~exists().where(
                Explanation.award_id == Award.id, Explanation.state.in_(OPEN_EXPLANATIONS)
            ),
        )
        .order_by(Award.id)
        .limit(limit)
    ).all()


def held_up_by_owners(work: UnitOfWork) -> list[tuple[Contract, Award]]:
    """Return contracts that a firm filed and its owner has not confirmed in time."""
    rows = work.session.execute(
        select(Contract, Award)
        .join(Award, Award.id == Contract.award_id)
        .where(
            Contract.state == ContractState.FILED,
            Contract.filed_by_org_id == Contract.firm_org_id,
            Contract.act_by_at <= work.now,
        )
        .order_by(Contract.act_by_at)
    )
    return [(contract, award) for contract, award in rows]


def _ours(work: UnitOfWork) -> ColumnElement[bool]:
    org_id = work.actor.org_id
    return or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id)


def _named(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    return [or_(Contract.title.contains(text, autoescape=True), Contract.number == text)]


def _public_rows(
    work: UnitOfWork, chosen: list[ColumnElement[bool]], *, limit: int, offset: int
) -> list[PublicRow]:
    rows = work.session.execute(
        select(Contract, Need, Organisation.name, Firm.name, Firm.code)
        .join(Need, Need.id == Contract.need_id)
        .join(Organisation, Organisation.id == Contract.owner_org_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .where(Contract.state.in_(PUBLIC), *chosen)
        .order_by(Contract.confirmed_at.desc(), Contract.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [PublicRow(*row) for row in rows]


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Contract:
    contract = work.session.scalar(select(Contract).where(*conditions))
    if contract is None:
        raise MissingError
    return contract
