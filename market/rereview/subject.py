"""The second subject of panels: work whose return is disputed."""

from market.catalogue.files import current_catalogue
from market.contracts.model import Deliverable, Review
from market.db import UnitOfWork
from market.panels import queries as panels
from market.panels import subjects
from market.panels.actions import seats
from market.panels.model import Panel, Seat
from market.panels.rules import PanelSubject
from market.panels.subjects import Parties, Shown, Standing
from market.rereview import blinding, queries
from market.rereview.model import Rereview
from market.rereview.record import step
from market.rereview.rules import WITH_EXPERTS, RereviewMove, RereviewState


class Disputed:
    """What a re-review tells its panel. Nothing that experts see of a panel names a side."""

    def lock(self, work: UnitOfWork, panel_id: int) -> Panel:
        """Lock the re-review, after its contract's award, and then the panel."""
        queries.locked(work, _row(work, work.session.get_one(Panel, panel_id)).id)
        return panels.locked(work, panel_id)

    def standing(self, work: UnitOfWork, panel: Panel) -> Standing:
        """Return whether the experts are still waited for."""
        return Standing.WAITING if _row(work, panel).state in WITH_EXPERTS else Standing.OVER

    def parties(self, work: UnitOfWork, panel: Panel) -> Parties:
        """Return both sides, the authority if its opinion is disputed, and who took part."""
        row = _row(work, panel)
        contract = queries.contract_of(work, row)
        deliverable = work.session.get_one(Deliverable, row.deliverable_id)
        review = work.session.get_one(Review, row.review_id)
        others = () if row.reviewer_org_id == contract.owner_org_id else (row.reviewer_org_id,)
        return Parties(
            item_code=queries.item_of(work, row),
            owner_org_id=contract.owner_org_id,
            firm_ids=(contract.firm_id,),
            reviewer_org_ids=others,
            names=blinding.persons_of(work, deliverable, review),
        )

    def look_again(self, work: UnitOfWork, panel: Panel) -> None:
        """Let time look at the re-review at once."""
        row = _row(work, panel)
        if row.state in WITH_EXPERTS:
            row.next_check_at = work.now

    def begin(self, work: UnitOfWork, panel: Panel) -> None:
        """Give the experts their days from now on, however late the value was."""
        row = _row(work, panel)
        due_at = queries.term(work, row, "rereview.sheet_working_days")
        panel.scoring_by_at = due_at
        step(work, row, RereviewMove.CALL, due_at=due_at)

    def shown(self, work: UnitOfWork, panel: Panel) -> Shown:
        """Return the item and the number of the re-review, and nothing else."""
        row = _row(work, panel)
        item = current_catalogue().latest(queries.item_of(work, row))
        name = item.name_zh if item else queries.item_of(work, row)
        path = f"/rereviews/{row.number}"
        is_open = row.state is RereviewState.REVIEWING
        work_path = f"{path}/sheet" if is_open else path
        return Shown(title=f"成果复评：{name}", number=row.number, path=path, work_path=work_path)


def _row(work: UnitOfWork, panel: Panel) -> Rereview:
    return queries.by_number(work, panel.serves)


def has_handed_in(work: UnitOfWork, seat: Seat) -> bool:
    """Whether an expert has handed in the sheet, and so stays on the panel."""
    return queries.sheet_of(work, seat) is not None


subjects.provide(PanelSubject.REREVIEW, Disputed())
seats.provide_committed(has_handed_in)
