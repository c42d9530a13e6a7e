"""The demonstration city is made by real actions: its log and every draw of it verify."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import lottery
from market import log, regulations
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.config import Config
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault
from market.credit.cases.model import Case
from market.db import Actor, reading_work
from market.demo import run
from market.demo.city import REAL_ROUND, REAL_ROUND_AT
from market.direct.emergency_rules import EmergencyState
from market.direct.model import Emergency
from market.draws import bundles
from market.draws import queries as draws
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.policy import current_policy
from market.draws.rules import AwardState, DrawState, ReplacementState
from market.firms.fees import FeeKind
from market.firms.model import Firm, FirmFee
from market.firms.rules import FirmState, Standing
from market.installation import Installation
from market.needs.bundling.model import NeedPart
from market.needs.methods import Method
from market.needs.model import Need, Notice
from market.needs.questions.model import NoticeAnswer
from market.needs.rules import NeedState
from market.objections.model import AwardObjection
from market.objections.rules import ObjectionState
from market.panels import bundle as panel_bundle
from market.panels import queries as panels
from market.panels.rules import SeatState
from market.payments.model import PaymentTerm
from market.payments.rules import TermState
from market.portal.ways import undrawn, ways
from market.quotes.sheets import FILE
from market.scoring.model import ScoreSheet
from market.supplements.model import Supplement
from market.supplements.rules import SupplementState
from tests.once_a_run import made_once

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
READER = Actor("job:test")


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Installation:
    def make(folder: Path) -> None:
        told: list[str] = []
        run.build(folder / "city", told.append, NOW)
        assert len(told) > 4, "progress is shown"

    folder = made_once(tmp_path_factory, "demo", make) / "city"
    config = Config.from_environment(run.environment_of(folder))
    regulations.configure(*([config.city_rules_dir] if config.city_rules_dir else []))
    yield Installation.open(config)
    regulations.configure()


def test_it_has_firms_owners_and_needs_at_every_stage(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        firms = Counter(work.session.scalars(select(Firm.state)))
        needs = Counter(work.session.scalars(select(Need.state)))
        owners = work.session.scalar(select(func.count(func.distinct(Need.owner_org_id))))
    assert firms.total() == 60
    assert set(firms) >= {FirmState.DRAFT, FirmState.SUBMITTED, FirmState.RETURNED}
    assert firms[FirmState.LISTED] >= 50
    assert needs.total() >= 45
    assert set(needs) >= set(NeedState) - {NeedState.DRAWING}
    assert owners == 15


def test_its_log_verifies(city):
    with city.engine.connect().execution_options(reading=True) as connection:
        assert log.log_of(city).verify(connection) == []


def test_every_draw_of_it_verifies_by_the_command_a_citizen_runs(city, tmp_path):
    policy = tmp_path / "policy.txt"
    with reading_work(city.sessions, READER, city.clock) as work:
        policy.write_text(current_policy(work, city), "utf-8")
        for draw in work.session.scalars(select(Draw).where(Draw.state == DrawState.DRAWN)):
            file = tmp_path / f"{draw.id}.zip"
            file.write_bytes(bundles.bundle_of(work, city, draw))
    files = sorted(tmp_path.glob("*.zip"))
    assert len(files) >= 25
    failed = [file.name for file in files if _verify(file, policy) != 0]
    assert failed == []


def test_one_draw_takes_a_real_drand_round_that_came_after_its_notice(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        draw = work.session.scalars(select(Draw).where(Draw.phi_round == REAL_ROUND)).one()
        notice = work.session.get_one(Notice, draw.notice_id)
    assert draw.state is DrawState.DRAWN
    assert notice.published_at < REAL_ROUND_AT == draw.phi_at


def test_a_late_firm_went_from_yellow_to_the_blacklist(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        firm = work.session.scalars(select(Firm).where(Firm.standing == Standing.BLACKLISTED)).one()
        case = work.session.scalars(select(Case).where(Case.firm_id == firm.id)).one()
        stages = set(
            work.session.scalars(select(Card.stage).where(Card.org_id == firm.organisation_id))
        )
    assert set(CardStage) <= stages
    assert case.replied_at is not None
    assert firm.standing_until_at == case.ends_at


def _verify(file: Path, policy: Path) -> int:
    command = [sys.executable, "-S", "-E", "-m", "lottery", "verify", str(file)]
    root = Path(lottery.__file__).parent.parent
    done = subprocess.run(
        [*command, "--policy", str(policy)], cwd=root, capture_output=True, text=True, check=False
    )
    return done.returncode


def test_a_place_that_became_free_was_drawn_afresh(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        rows = work.session.execute(
            select(Replacement.state, Award.state)
            .join(Award, Award.draw_id == Replacement.draw_id)
            .order_by(Award.rank)
        ).all()
    assert {state for state, _ in rows} == {ReplacementState.DRAWN}
    assert [award for _, award in rows] == [AwardState.DECLINED, AwardState.CONFIRMED]


def test_a_need_was_scored_by_a_drawn_panel_whose_bundle_verifies(city, tmp_path):
    policy, file = tmp_path / "policy.txt", tmp_path / "panel.zip"
    with reading_work(city.sessions, READER, city.clock) as work:
        need = work.session.scalars(select(Need).where(Need.method == Method.SCORED)).one()
        draw = work.session.scalars(select(Draw).where(Draw.need_id == need.id)).one()
        panel = panels.panel_of(work, draw)
        seats = panels.seats_of(work, panel)
        sheets = work.session.scalars(select(ScoreSheet).where(ScoreSheet.draw_id == draw.id)).all()
        published = draws.file_of(work, draw, FILE)
        policy.write_text(current_policy(work, city), "utf-8")
        file.write_bytes(panel_bundle.bundle_of(work, city, panel))
    assert draw.state is DrawState.DRAWN
    assert [seat.state for seat in seats] == [SeatState.ACCEPTED] * panel.seats
    assert len(sheets) == panel.seats
    assert published
    assert _verify(file, policy) == 0


def test_every_method_can_be_looked_at_from_one_page(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        shown = {way.method: way for way in ways(work)}
        assert all(undrawn(work))
    results = {method for method, way in shown.items() if way.over}
    assert results >= {
        Method.LOTTERY,
        Method.QUOTE_LOWEST,
        Method.QUOTE_MEAN,
        Method.BID_LOWEST,
        Method.MERIT_LOTTERY,
        Method.SCORED,
    }
    assert shown[Method.QUOTE_LOWEST].going_on is not None
    live = shown[Method.BID_LOWEST].going_on
    assert timedelta(minutes=10) < live.notice.enrol_close_at - NOW <= timedelta(minutes=15)


def test_disputes_and_money_are_there_to_be_seen(city):
    with reading_work(city.sessions, READER, city.clock) as work:
        session = work.session
        objections = set(session.scalars(select(AwardObjection.state)))
        faults = list(session.scalars(select(SigningCase.fault)))
        payments = set(session.scalars(select(PaymentTerm.state)))
        added = list(session.scalars(select(Supplement.state)))
        answers = session.scalar(select(func.count(NoticeAnswer.id)))
        parts = session.scalar(select(func.count(NeedPart.id)))
        fees = set(session.scalars(select(FirmFee.kind)))
        reviewed = list(session.scalars(select(Emergency.state)))
    assert objections >= {ObjectionState.OPEN, ObjectionState.UPHELD}
    assert faults == [Fault.OWNER]
    assert payments == {TermState.OVERDUE, TermState.SETTLED}
    assert added == [SupplementState.EFFECTIVE]
    assert (answers, parts) == (1, 3)
    assert fees == set(FeeKind)
    assert reviewed == [EmergencyState.ACCEPTED]
