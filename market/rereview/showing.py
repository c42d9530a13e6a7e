"""What the page of a re-review shows: to strangers and experts no names before the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from market.access import Permission
from market.contracts.model import Contract, Deliverable, Review
from market.db import UnitOfWork
from market.files import StoredFile
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after
from market.panels.model import Panel, Seat
from market.rereview import queries, results
from market.rereview.disputable import is_suspended
from market.rereview.model import Rereview, RereviewCopyCheck, RereviewPoint, RereviewSheet
from market.rereview.record import commitment_of
from market.rereview.rules import OPEN, WITH_EXPERTS, Finding, Mark, RereviewState, majority


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An expert's sheet once it is public, by the expert's code in the panel."""

    seat: Seat
    sheet: RereviewSheet
    marks: dict[int, Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A disputed point; how many found what, and what more than half of the seats found."""

    row: RereviewPoint
    counts: dict[Finding, int]
    majority: Finding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything a page shows; what the reader may not know is None or empty."""

    row: Rereview
    item_code: str
    panel: Panel | None
    is_over: bool
    # Named to everybody once no expert is kept from knowing it.
    contract: Contract | None
    # Whether the reader may read the dispute before its end.
    is_known: bool
    round_no: int | None
    review: Review | None
    points: Sequence[Point]
    members: Sequence[Member]
    commitment: str
    # ``firm`` or ``owner``.
    asked_by: str
    may_copy: bool
    # What was said of the copy: not public before the end, nor afterwards.
    check: RereviewCopyCheck | None
    may_check_copy: bool
    may_find_copy: bool
    may_comment: bool
    may_withdraw: bool
    may_refer: bool
    # Nobody can go on to the authority now; the whole time is given again afterwards.
    stands_still: bool
    # The value that draws the experts came late, or is missing: taking it back costs neither side.
    is_value_late: bool
    may_decide: bool
    # Until when the authority waits for the other side; None once it may decide.
    unheard_until: datetime | None
    # What was handed in, and the copy, for the authority that compares them; None to others.
    delivered: StoredFile | None
    copied: StoredFile | None
    # Whether the dispute was lost at the cost of whoever asked.
    costs_asker: bool


def shown(work: UnitOfWork, row: Rereview) -> Shown:
    """Return what the actor may see of a re-review."""
    contract, panel = queries.contract_of(work, row), queries.panel_of(work, row)
    is_over = row.state not in OPEN
    may_know = is_over or knows(work, row, contract)
    members = _members(work, row, panel) if is_over else []
    deliverable = work.session.get_one(Deliverable, row.deliverable_id)
    may_act = Permission.CONTRACT_FILE in work.actor.permissions
    compares = compares_files(work, row)
    asked_by = "firm" if row.asked_by_org_id == contract.firm_org_id else "owner"
    return Shown(
        row=row,
        item_code=queries.item_of(work, row),
        panel=panel,
        is_over=is_over,
        contract=contract if may_know or row.state not in WITH_EXPERTS else None,
        is_known=may_know,
        round_no=deliverable.round_no if may_know else None,
        review=work.session.get_one(Review, row.review_id) if may_know else None,
        points=_points(work, row, panel, members) if may_know else [],
        members=members,
        commitment=commitment_of(work, row),
        asked_by=asked_by if may_know else "",
        may_copy=knows(work, row, contract),
        check=queries.check_of(work, row) if knows(work, row, contract) else None,
        may_check_copy=may_act and queries.may_check_copy(work, row),
        may_find_copy=Permission.OBJECTION_ANSWER in work.actor.permissions
        and queries.open_doubt(work, row) is not None,
        may_comment=may_act and queries.may_comment(work, row),
        may_withdraw=may_act and not is_over and row.asked_by_org_id == work.actor.org_id,
        may_refer=may_act and queries.may_refer(work, row),
        stands_still=row.state is RereviewState.FAILED and is_suspended(work, contract),
        is_value_late=results.is_value_late(work, row),
        may_decide=_may_decide(work, row),
        unheard_until=queries.unheard_until(work, row),
        delivered=work.session.get_one(StoredFile, deliverable.file_id) if compares else None,
        copied=work.session.get_one(StoredFile, row.file_id) if compares else None,
        costs_asker=results.costs_asker(work, row),
    )


def knows(work: UnitOfWork, row: Rereview, contract: Contract) -> bool:
    """Whether the actor is one of the sides, or oversees: they know whose it is anyway."""
    sides = {contract.owner_org_id, contract.firm_org_id, row.reviewer_org_id}
    return work.actor.org_id in sides or Permission.OVERSIGHT_READ in work.actor.permissions


def compares_files(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the actor's authority decides, or decided, and so reads both files."""
    is_decider = Permission.OBJECTION_DECIDE in work.actor.permissions
    need = need_by_id(work, queries.contract_of(work, row).need_id)
    return is_decider and row.failure is not None and looks_after(work, need)


def _may_decide(work: UnitOfWork, row: Rereview) -> bool:
    if Permission.OBJECTION_DECIDE not in work.actor.permissions:
        return False
    return any(found.id == row.id for found, _ in queries.to_decide(work))


def _members(work: UnitOfWork, row: Rereview, panel: Panel | None) -> list[Member]:
    if panel is None:
        return []
    return [
        Member(seat=seat, sheet=sheet, marks=queries.opened(work, row, panel, seat, sheet))
        for seat, sheet in queries.sheets_of(work, panel)
        if sheet is not None
    ]


def _points(
    work: UnitOfWork, row: Rereview, panel: Panel | None, members: Sequence[Member]
) -> list[Point]:
    found = []
    for point in queries.points_of(work, row):
        said = [one.marks[point.number].finding for one in members]
        found.append(
            Point(
                row=point,
                counts={one: sum(each is one for each in said) for one in Finding},
                majority=majority(said, panel.seats) if panel and members else None,
            )
        )
    return found
