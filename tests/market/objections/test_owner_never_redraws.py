"""No sequence of an owner's actions yields a second draw.

The owner tries, time passes, the firm does its part; and whatever happens there is one result,
and nobody but its winner is called.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.clock import ManualClock
from market.contracts import actions as contracts
from market.contracts import jobs as contract_jobs
from market.contracts import queries as contract_queries
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing import actions as signing
from market.contracts.signing import queries as cases
from market.contracts.signing.rules import Fault, SigningState
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries
from market.draws.rules import AwardState, DrawState
from market.errors import MarketError
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.objections import actions as objections
from market.objections import jobs as objection_jobs
from market.objections import queries as objection_queries
from market.objections.rules import Ground
from tests.market.draws.conftest import opened
from tests.market.factories.contracts import a_file, the_facts
from tests.market.factories.draws import Drawn, a_drawn_need
from tests.market.factories.objections import TEXT
from tests.market.factories.signing import FIRM_SAYS, OWNER_SAYS


@pytest.fixture(scope="module")
def drawn_template(city_template, tmp_path_factory) -> tuple[Path, Drawn, object]:
    """A city with one drawn need, copied for each sequence."""
    folder, template, at = city_template
    own = tmp_path_factory.mktemp("redraws") / "city"
    shutil.copytree(folder, own)
    clock = ManualClock(at)
    here = opened(own, clock)
    drawn = a_drawn_need(here, clock, city=replace(template, here=here, clock=clock))
    here.engine.dispose()
    return own, drawn, clock()


@contextmanager
def a_copy(template) -> Iterator[Drawn]:
    folder, drawn, at = template
    with TemporaryDirectory() as fresh:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
        clock = ManualClock(at)
        here = opened(Path(fresh), clock)
        yield replace(drawn, city=replace(drawn.city, here=here, clock=clock))
        here.engine.dispose()


class Play:
    """An owner that tries everything, and a firm that does its part in time."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn, self.city = drawn, drawn.city

    def award(self):
        return self.city.awards(self.drawn.draw.id)[0]

    def contract(self, work) -> Contract | None:
        return contract_queries.of_award(work, self.drawn.award.id)

    def try_as(self, person, deed) -> None:
        try:
            with self.city.work(person) as work:
                deed(work)
        except MarketError:
            pass

    # The owner's actions.

    def refuse(self, ground: Ground) -> None:
        def deed(work) -> None:
            award = objection_queries.award_by_number(work, self.drawn.award.number)
            objections.object_to(work, self.city.here, award, ground, TEXT)

        self.try_as(self.city.clerk, deed)

    def take_back(self, _: Ground) -> None:
        def deed(work) -> None:
            for one in objection_queries.open_of(work, self.drawn.award.id):
                objections.withdraw(work, one)

        self.try_as(self.city.clerk, deed)

    def withdraw_need(self, _: Ground) -> None:
        need_id = self.drawn.need.id
        words = "项目方案调整，暂缓实施。"
        self.try_as(
            self.city.clerk,
            lambda work: draws.ask_withdrawal(work, need_by_id(work, need_id), words),
        )

    def announce_again(self, _: Ground) -> None:
        need_id = self.drawn.need.id
        self.try_as(self.city.clerk, lambda work: needs.submit(work, need_by_id(work, need_id)))

    def file(self, _: Ground) -> None:
        self._file(self.city.clerk)

    def return_filing(self, _: Ground) -> None:
        def deed(work) -> None:
            contracts.return_filing(work, self.contract(work), "金额与报价单不一致，请修改")

        if self.has_contract():
            self.try_as(self.city.clerk, deed)

    def blame_the_firm(self, _: Ground) -> None:
        self.state(self.city.clerk, Fault.FIRM, OWNER_SAYS)

    def wait(self, _: Ground) -> None:
        self.city.clock.advance(timedelta(days=4))

    # What the firm and time do.

    def has_contract(self) -> bool:
        with self.city.reading() as work:
            return self.contract(work) is not None

    def state(self, person, fault: Fault, words: str) -> None:
        def deed(work) -> None:
            case = cases.open_case(work, self.drawn.award.id)
            if case is not None:
                signing.state(work, case, fault, words)

        self.try_as(person, deed)

    def _file(self, person) -> None:
        def deed(work) -> None:
            award, need, firm = contract_queries.award_to_sign(work, self.drawn.award.id)
            stored = a_file(self.city.here, work)
            contracts.file(work, award, need, firm, facts=the_facts(work), stored=stored)

        self.try_as(person, deed)

    def firm_does_its_part(self) -> None:
        firm = self.drawn.delegate
        match self.award().state:
            case AwardState.OFFERED:
                number = self.drawn.award.number
                self.try_as(firm, lambda work: draws.confirm(work, queries.own_award(work, number)))
                self._file(firm)
            case AwardState.CONFIRMED if not self.has_contract():
                self._file(firm)
            case AwardState.CONFIRMED:
                self.try_as(firm, self._answer_filing)
            case AwardState.UNSIGNED:
                self.state(firm, Fault.OWNER, FIRM_SAYS)

    def _answer_filing(self, work) -> None:
        contract = self.contract(work)
        if contract.state is ContractState.FILED:
            contracts.confirm(work, contract)
        else:
            contracts.refile(work, contract, the_facts(work), a_file(self.city.here, work))

    def time_does_its_part(self) -> None:
        draw_jobs.run_due(self.city.here)
        contract_jobs.sweep(self.city.here)
        objection_jobs.sweep(self.city.here)


MOVES = st.tuples(
    st.sampled_from(
        [
            Play.refuse,
            Play.take_back,
            Play.withdraw_need,
            Play.announce_again,
            Play.file,
            Play.return_filing,
            Play.blame_the_firm,
            Play.wait,
            Play.wait,
        ]
    ),
    st.sampled_from(Ground),
)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(MOVES, min_size=6, max_size=14))
def test_no_sequence_of_an_owners_actions_yields_a_second_draw(drawn_template, moves):
    with a_copy(drawn_template) as drawn:
        play = Play(drawn)
        for move, ground in moves:
            move(play, ground)
            play.time_does_its_part()
            play.firm_does_its_part()
        with play.city.reading() as work:
            found = queries.draws_of_need(work, drawn.need.id)
            assert [draw.state for draw in found] == [DrawState.DRAWN]
            [award] = queries.awards_of(work, found[0])
            assert award.state in queries.LIVE_AWARDS
            assert queries.left_of(work, found[0]) == []
            defaulted = [
                case
                for case in cases.cases_of(work, award.id)
                if case.state is SigningState.DEFAULTED
            ]
            assert defaulted == []
