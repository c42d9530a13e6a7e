"""Returned work that is disputed, by the real actions: asked, drawn, seated, judged."""

from collections.abc import Mapping
from io import BytesIO

from market import log
from market.contracts import queries as contracts
from market.panels import jobs as panel_jobs
from market.panels.actions import seats
from market.panels.codes import code_of
from market.panels.model import Panel
from market.panels.queries import by_number as panel_by_number
from market.panels.queries import seats_of
from market.panels.rules import SeatState
from market.rereview import jobs, queries
from market.rereview.actions import asking, copying, ending, judging
from market.rereview.model import Rereview
from market.rereview.rules import Finding, Mark, RereviewState
from tests.market.factories.contracts import Agreed
from tests.market.factories.experts import experts
from tests.market.factories.firms import Person
from tests.market.factories.panels import ITEM_OF_NEED
from tests.market.factories.proposals import a_proposal

WORDS = "工程量已按变更后的施工图逐项复核，表三与图纸一致。"
REASON = "按变更后的图纸核算，工程量与成果一致。"
POOL = 8


def a_pool(agreed: Agreed, number: int = POOL) -> dict[str, Person]:
    """Return who signs in for each of so many experts of the item, by pool code."""
    found = experts(agreed.city, number, ITEM_OF_NEED)
    return {expert.code: person for expert, person in found}


def ask(
    agreed: Agreed,
    words: Mapping[int, str] | None = None,
    *,
    copy: bytes | None = None,
    blind: bool = True,
    person: Person | None = None,
    checked: bool = True,
) -> Rereview:
    """Let the firm dispute the return of its last round; the other side finds the copy right."""
    with agreed.work(person or agreed.firm) as work:
        row = asking.ask(
            work,
            agreed.here,
            contracts.for_party(work, agreed.contract_id),
            {1: WORDS} if words is None else words,
            folder=agreed.here.config.uploads_dir,
            stream=BytesIO(a_proposal() if copy is None else copy),
            name="副本.pdf",
            blind=blind,
        )
    if checked and row.state is RereviewState.DRAWING:
        other = agreed.firm if person is agreed.owner else agreed.owner
        with agreed.work(other) as work:
            copying.agree(work, queries.by_number(work, row.number))
    log.sequence(agreed.here)
    return row


def found(agreed: Agreed, row: Rereview) -> Rereview:
    """Return a re-review as it stands."""
    with agreed.work() as work:
        return queries.by_number(work, row.number)


def panel_of(agreed: Agreed, row: Rereview) -> Panel:
    """Return the panel of a re-review as it stands."""
    with agreed.work() as work:
        panel = queries.panel_of(work, row)
        assert panel is not None
        return panel


def drawn(agreed: Agreed, row: Rereview) -> Panel:
    """Let the candidates be closed and frozen, and the experts be drawn and called."""
    panel = panel_of(agreed, row)
    agreed.here.clock.move_to(panel.enrol_close_at)
    panel_jobs.run_due(agreed.here)
    agreed.here.clock.move_to(panel.phi_at)
    panel_jobs.run_due(agreed.here)
    return panel_of(agreed, row)


def members(agreed: Agreed, panel: Panel, pool: Mapping[str, Person]) -> list[Person]:
    """Let everybody who is called take the seat; return them in the order of the draw."""
    people = {code_of(panel.code_key, panel.number, code): one for code, one in pool.items()}
    with agreed.work() as work:
        called = [
            seat.expert_code for seat in seats_of(work, panel) if seat.state is SeatState.OFFERED
        ]
    for code in called:
        with agreed.work(people[code]) as work:
            seats.accept(work, panel_by_number(work, panel.number), declared=True)
    return [people[code] for code in called]


def a_mark(finding: Finding = Finding.UNFOUNDED, reason: str = REASON) -> Mark:
    """Return what an expert finds of a point."""
    return Mark(finding=finding, clause="造价规范第4.1条", reason=reason)


def hand_in(
    agreed: Agreed, row: Rereview, person: Person, *findings: Finding, sure: bool = True
) -> None:
    """Let an expert hand in a sheet."""
    sheet = {number: a_mark(one) for number, one in enumerate(findings, start=1)}
    with agreed.work(person) as work:
        judging.hand_in_sheet(work, queries.by_number(work, row.number), sheet, sure=sure)
    log.sequence(agreed.here)


def judged(agreed: Agreed, row: Rereview, people: list[Person], *findings: Finding) -> Rereview:
    """Let each expert find one thing of the first point; return what became of the re-review."""
    for person, finding in zip(people, findings, strict=False):
        hand_in(agreed, row, person, finding)
    jobs.sweep(agreed.here)
    return found(agreed, row)


def withdraw(agreed: Agreed, row: Rereview, person: Person | None = None) -> None:
    """Let the firm, unless it is another, take its dispute back."""
    with agreed.work(person or agreed.firm) as work:
        ending.withdraw(work, queries.locked(work, queries.for_asker(work, row.number).id))


def refer(agreed: Agreed, row: Rereview, person: Person | None = None) -> None:
    """Let the firm, unless it is another, go on to the authority."""
    with agreed.work(person or agreed.firm) as work:
        ending.refer(work, queries.locked(work, queries.for_referrer(work, row.number).id))
