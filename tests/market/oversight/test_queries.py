"""The boards ask both databases the same and get the same."""

from market.clocks.queries import statement
from market.clocks.rules import CardStage, Party, Stage, SuspensionState
from market.contracts.rules import ContractState
from market.credit.rules import Measure
from market.db import reading_work
from market.draws.rules import DrawMode, DrawState
from market.oversight import chain, clocktime, drawlog, fees
from market.oversight.chain import ChainQuery
from market.oversight.cockpit import cockpit
from market.oversight.drawlog import DrawQuery
from market.oversight.rules import ChainFlag
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.credit import (
    a_case,
    a_decider,
    a_report,
    an_officer,
    let_time_act,
    working_days_later,
)
from tests.market.factories.draws import an_open_draw


def test_every_board_answers_on_an_empty_market(here):
    for groups in ((), ("01",)):
        with reading_work(here.sessions, an_officer(here, *groups).actor, here.clock) as work:
            shown = cockpit(work, here)
            assert (shown.draws, shown.undisclosed, shown.saved.contracts) == (0, 0, 0)
            assert [share.working_days for share in shown.shares] == [0] * len(Party)
            assert clocktime.suspensions(work) == []


def test_every_board_counts_what_it_shows_within_its_groups(here, clock):
    agreed = a_running_contract(here, clock)
    an_open_draw(agreed.city)
    firm = agreed.city.firms[0][0]
    officer = an_officer(here)
    a_report(here, firm, officer)
    a_case(here, firm, officer, measure=Measure.SERIOUS_BLACKLIST, months=12)
    working_days_later(clock, 20)
    let_time_act(here)
    for groups, number in (((), 1), (("01",), 1), (("07", "03"), 0)):
        decider = a_decider(here, *groups)
        with reading_work(here.sessions, decider.actor, here.clock) as work:
            shown = cockpit(work, here)
            assert (shown.draws, shown.drawn) == (2 * number, number)
            assert shown.saved.price_fen == 9_800_000 * number
            assert shown.cards[CardStage.RED] == number
            elapsed = statement(work, agreed.clock()).elapsed
            in_service = [share.by_stage[Stage.SERVICE] for share in shown.shares]
            assert sum(in_service) == elapsed * number
            whole = sum(share.working_days for share in shown.shares)
            assert {share.total for share in shown.shares} == {whole}
            assert whole >= elapsed * number
            assert shown.open_cases == number
            assert clocktime.count_suspensions(work, SuspensionState.ESCALATED) == 0
            for state in (None, *DrawState):
                for mode in (None, *DrawMode):
                    wanted = DrawQuery(state=state, mode=mode, late=state is DrawState.OPEN)
                    rows = drawlog.draw_log(work, here, wanted, limit=9)
                    assert len(rows) == drawlog.count_draws(work, wanted)
            for state in (None, *ContractState):
                rows = chain.chain(work, ChainQuery(state=state), limit=9)
                assert len(rows) == chain.count_chain(work, ChainQuery(state=state))
            for flag in ChainFlag:
                assert chain.chain(work, ChainQuery(flag=flag), limit=9) == []
                assert chain.count_chain(work, ChainQuery(flag=flag)) == 0
            offered = [row for row in fees.item_fees(work) if row.firms]
            assert [row.firms for row in offered] == [4] * number


def test_an_open_draw_past_its_freeze_is_late(here, clock):
    agreed = a_running_contract(here, clock)
    draw = an_open_draw(agreed.city)
    late = DrawQuery(late=True)
    for at, number in ((draw.freeze_by_at, 0), (draw.freeze_by_at.replace(second=1), 1)):
        clock.move_to(at)
        with agreed.city.reading() as work:
            assert drawlog.count_draws(work, late) == number
            rows = drawlog.draw_log(work, here, DrawQuery(), limit=9)
            assert sum(any(s.is_late(work.now) for s in row.steps) for row in rows) == number
