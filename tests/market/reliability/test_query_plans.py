"""No page and no job walks through a whole table that grows (R29).

Every statement of every page and of the worker's tick is caught as it is sent, and SQLite is
asked for its plan. The hottest ones are planned by PostgreSQL too, among many rows.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final

import pytest
from sqlalchemy import Engine, event, select, text

from audit import store
from market import jobs
from market.accounts import sessions, throttle
from market.accounts.rules import AttemptKind
from market.accounts.throttle import Try
from market.app import create_app
from market.clocks import boards
from market.clocks import dues as clock_dues
from market.clocks import queries as clocks
from market.clocks.extension import queries as extensions
from market.clocks.over import queries as overs
from market.clocks.rules import Light, SuspensionState
from market.contracts import queries as contracts
from market.contracts.model import Contract
from market.credit import queries as credit
from market.credit import sources
from market.credit.cases import queries as credit_cases
from market.credit.ledgers import queries as ledgers
from market.credit.repair import queries as repairs
from market.db import Actor, UnitOfWork, make_engine, make_sessions, reading_work
from market.draws import queries as draws
from market.draws.model import Draw
from market.firms import queries as firms
from market.firms.model import Firm
from market.firms.restrictions import queries as restrictions
from market.letters import queries as letters
from market.messages import queries as messages
from market.needs import queries as needs
from market.portal import queries as portal
from market.ratings import queries as ratings
from market.supervision import queries as supervision
from market.supervision import waiting
from market.timelines import queries as timelines
from tests.market.reliability.crowd import copy_market
from tests.market.security.conftest import Town
from tests.market.security.routes import routes
from tests.market.security.world import PEOPLE, PRESENT

COPIES: Final = 40
# Small for ever: a row for each series of a year or each kind of work; what waits for a second;
# the sessions of half a day.
SMALL: Final = frozenset(
    {
        "alembic_version",
        "audit_run",  # one row a night
        "banner",  # a notice now and then
        "back_filling_month",  # one row a month
        "draw_exclusion",  # two people and a number: now and then
        "expert",  # the pool of a city: hundreds
        "expert_specialty",
        "holiday_import",  # a notice a year
        "holiday_notice",
        "lease",
        "log_head",
        "log_queue",
        "number_series",
        "organisation_scope",  # what the authorities of a city look after
        "rereview",  # a disputed return now and then
        "rereview_copy_check",  # and one for each of them
        "review_overturned",  # and of these some
        "put_off",  # faults: somebody is called long before they are many
        "trustee_key",
        "user_session",
    }
)
READER: Final = Actor("job:test")


@dataclass
class Caught:
    """The statements an engine was sent, each once, with the values it had."""

    statements: dict[str, Any] = field(default_factory=dict)

    def note(self, _connection, _cursor, statement: str, values, _context, many) -> None:
        """Note a statement."""
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            self.statements.setdefault(statement, values[0] if many else values)


@contextmanager
def caught(engine: Engine) -> Iterator[Caught]:
    """Catch what an engine is sent."""
    found = Caught()
    event.listen(engine, "before_cursor_execute", found.note)
    yield found
    event.remove(engine, "before_cursor_execute", found.note)


def aliases(statement: str) -> dict[str, str]:
    """Return the tables of a statement by the names it gives them."""
    named = re.findall(r'(?:FROM|JOIN|UPDATE|,)\s+"?(\w+)"?(?:\s+AS\s+(\w+))?', statement)
    return {alias or table: table for table, alias in named}


def scans(connection, statement: str, values, *, in_order: bool = True) -> list[str]:
    """Return the tables that SQLite would walk through from end to end, with its own words."""
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    names = aliases(statement)
    found = []
    for *_, words in plan:
        scanned = re.match(r"SCAN (?:TABLE )?(\w+)(.*)", words)
        if not scanned:
            continue
        table = names.get(scanned[1], scanned[1])
        stops_early = in_order and "LIMIT" in statement and not any("TEMP" in s for *_, s in plan)
        constant = "CONSTANT ROW" in words
        if table not in SMALL and not constant and not stops_early:
            found.append(words)
    return found


@pytest.fixture(scope="module")
def town(world, tmp_path_factory):
    here = world.open(tmp_path_factory.mktemp("plans"))
    app = create_app(here)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield Town(here, app)
    here.engine.dispose()


# A list says how many rows it has. Counting them walks along an index, without the rows.
COUNTED: Final = frozenset(
    {
        "accounts.handovers",
        "accounts.organisations",
        "direct.index",
        "documents.retention",
        "draws.index",
        "explanations.index",
        "messages_operator.sent",
        "objections.index",
        "panels.index",
        "portal.awards",
        "portal.failures",
        "portal.home",
        "portal.notices",
        "supervision.index",
        "supervision.of_party",
    }
)
# Sums over the whole market: for the few who watch it, the comparison of all fees, and the
# operator's search for firms that belong together, which compares each with all others.
SUMMED: Final = (
    "clocks.index",
    "clocks.late_entries",
    "credit.owners",
    "oversight.",
    "portal.open_table",
    "portal.operator_terms",
    "firms.fees",
    "contract_texts.desk",
    "report_templates.desk",
    "affiliations.desk",
    "experts.index",
    "objections.authorities",
    "complaints.show_statistics",
    "supervision.board",
    "supervision.quarter",
)


def is_fair(endpoint: str, statement: str) -> bool:
    """Tell whether a page may walk through a whole table."""
    if endpoint.startswith(SUMMED):
        return True
    return endpoint in COUNTED and statement.startswith("SELECT count(")


def test_no_page_walks_through_a_table(town):
    wrong: dict[str, set[str]] = {}
    visitors = {name: town.visitor(name) for name in PEOPLE.values()}
    for route in routes(town.app):
        if route.method != "GET" or route.endpoint == "static":
            continue
        # A regulator's pages are narrowed to what it is responsible for.
        names = {town.who_may(route), "officer1"}
        if route.endpoint == "accounts.workbench":
            names = set(PEOPLE.values())
        for name, thing in product(names, town.things(route)[:1]):
            with caught(town.here.engine) as found:
                visitors[name].call(route, thing.values)
            for statement, scan in town_scans(town, found):
                if not is_fair(route.endpoint, statement):
                    wrong.setdefault(f"{scan}: {statement}", set()).add(route.endpoint)
    assert wrong == {}


def test_no_tick_of_the_worker_walks_through_a_table(town):
    with caught(town.here.engine) as found:
        assert min(jobs.tick(town.here).values()) >= 0
    assert len(found.statements) > 10
    # Not even in order and with a limit: a tick finds nothing most of the time.
    assert town_scans(town, found, in_order=False) == []


def town_scans(town, found: Caught, *, in_order: bool = True) -> list[tuple[str, str]]:
    with town.here.engine.connect().execution_options(reading=True) as connection:
        return [
            (statement, scan)
            for statement, values in found.statements.items()
            for scan in scans(connection, statement, values, in_order=in_order)
        ]


def test_a_walk_through_a_table_would_be_noticed(town):
    with caught(town.here.engine) as found, town.here.engine.connect() as connection:
        connection.execute(text("SELECT id FROM need WHERE title = 'x'"))
        connection.execute(text("SELECT id FROM need WHERE number = 'x'"))
    assert [scan for _, scan in town_scans(town, found)] == ["SCAN need"]


@pytest.fixture(scope="module")
def crowd(world, postgres_server, postgres_template):
    """A PostgreSQL database with every row of the small market many times over."""
    name = postgres_server.create(postgres_template)
    engine = make_engine(postgres_server.url(name))
    small = make_engine(world.open().config.database_url)
    with (
        small.connect().execution_options(reading=True) as source,
        engine.begin() as target,
    ):
        assert copy_market(source, target, COPIES) > 10_000
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    yield engine
    small.dispose()
    engine.dispose()
    postgres_server.drop(name)


@dataclass(frozen=True)
class Asked:
    """Something of each kind to ask the hot queries about."""

    work: UnitOfWork
    draw: Draw
    firm: Firm
    contract_number: str


HOT: Final[dict[str, Callable[[Asked], object]]] = {
    "notices": lambda a: portal.notices(a.work, portal.NoticeQuery(), limit=20, offset=0),
    "awards": lambda a: portal.awards(
        a.work, words="", sort="published", descending=True, limit=20
    ),
    "contracts": lambda a: contracts.public_list(a.work, limit=20, offset=0),
    "a contract": lambda a: contracts.public(a.work, a.contract_number),
    "a firm": lambda a: firms.firm_by_code(a.work, a.firm.code),
    "firms with a service": lambda a: firms.offering(a.work, "ZJ-01-001-02"),
    "what a firm holds": lambda a: firms.held(a.work, a.firm),
    "a firm's fee": lambda a: firms.current_fee(a.work, a.firm.id, "ZJ-01-001-02"),
    "a draw": lambda a: draws.by_number(a.work, draws.number_of(a.work, a.draw)),
    "enrolments": lambda a: draws.enrolments_of(a.work, a.draw),
    "a firm's enrolment": lambda a: draws.enrolment_of(a.work, a.draw, a.firm),
    "entries of a draw": lambda a: draws.entries_of(a.work, a.draw),
    "places": lambda a: draws.places_of(a.work, a.draw),
    "awards of a draw": lambda a: draws.awards_of(a.work, a.draw),
    "due draws": lambda a: draws.due_draws(a.work, None, 50),
    "due awards": lambda a: draws.due_awards(a.work, (PRESENT, 5), 50),
    "draws asleep": lambda a: draws.sleeping_draws(a.work, None, 50),
    "awards asleep": lambda a: draws.sleeping_awards(a.work, None, 50),
    "due clocks": lambda a: clock_dues.due_clocks(a.work, PRESENT, 50),
    "due suspensions": lambda a: clock_dues.due_suspensions(
        a.work, SuspensionState.RUNNING, PRESENT, 50
    ),
    "cards": lambda a: supervision.cards(a.work, supervision.Asked(), limit=20, offset=0),
    "cards of a party": lambda a: supervision.cards(
        a.work, supervision.Asked(), limit=20, offset=0, org_id=a.firm.organisation_id
    ),
    "due cards": lambda a: supervision.due_cards(a.work, (PRESENT, 5), 50),
    "cards to judge": lambda a: waiting.to_judge(a.work, a.work.actor.org_id, others=True),
    "cards to decide": lambda a: waiting.to_decide(a.work),
    "due declarations": lambda a: overs.due(a.work, (PRESENT, 5), 50),
    "declarations to answer": lambda a: overs.waiting_for_us(a.work),
    "declarations to decide": lambda a: overs.waiting_for_operator(a.work),
    "due extensions": lambda a: extensions.due(a.work, (PRESENT, 5), 50),
    "a clock": lambda a: clocks.clock_of(a.work, "contract:1"),
    "a ledger": lambda a: credit.ledger(a.work, a.firm.id),
    "open cases": lambda a: credit_cases.to_decide(a.work),
    "cases of a firm": lambda a: credit_cases.cases_of_firm(a.work, a.firm.id),
    "measures that bear": lambda a: restrictions.running(a.work, a.firm.id),
    "due repairs": lambda a: repairs.due(a.work, None, 50),
    "the board": lambda a: boards.board(a.work, limit=20, offset=0),
    "the red clocks": lambda a: boards.board(a.work, light=Light.RED, limit=20, offset=0),
    "an inbox": lambda a: messages.inbox(a.work, unread=True, limit=20, offset=0),
    "what was sent": lambda a: messages.sent(a.work, messages.Asked(), limit=20, offset=0),
    "a letter by its code": lambda a: letters.checked(a.work, "XS-2026-000001", "0000"),
    "a letter by its file": lambda a: letters.by_file(a.work, "0" * 64),
    "letters to an organisation": lambda a: letters.own(a.work, limit=20, offset=0),
    "a timeline": lambda a: timelines.timeline(a.work, needs.by_id(a.work, a.draw.need_id).number),
    "an owner's ledger": lambda a: ledgers.owner_ledger(a.work, a.firm.organisation_id),
    "due ratings": lambda a: ratings.due(a.work, None, 50),
    "ratings of a firm": lambda a: ratings.released(
        a.work, of=None, org_id=a.firm.organisation_id, limit=20, offset=0
    ),
    "new cards": lambda a: sources.new_cards(a.work, 50),
    "new lost awards": lambda a: sources.new_lost_awards(a.work, 50),
    "needs to check": lambda a: needs.for_check(a.work),
    "a need": lambda a: needs.by_id(a.work, a.draw.need_id),
    "the queue of the log": lambda a: store.longest_waiting(a.work.session.connection(), 256),
    "the checkpoint": lambda a: store.latest_checkpoint(a.work.session.connection()),
    "an index of the log": lambda a: store.index_of(a.work.session.connection(), 7),
    "a session": lambda a: sessions.find(a.work, "no-such-token"),
    "tries at a password": lambda a: [
        throttle._tries(a.work, which, limit, 0)
        for which, limit in throttle._limits(
            a.work, Try.at(AttemptKind.SIGN_IN, "clerk1", "192.0.2.7")
        )
    ],
}


@pytest.mark.postgres
@pytest.mark.parametrize("name", HOT)
def test_postgresql_finds_an_index_for_every_hot_query(crowd, name):
    who = replace(READER, user_id=1, org_id=1)
    with reading_work(make_sessions(crowd), who, lambda: PRESENT) as work:
        draw = work.session.scalars(select(Draw).order_by(Draw.id)).first()
        firm = work.session.scalars(select(Firm).order_by(Firm.id)).first()
        number = work.session.scalars(select(Contract.number)).first()
        asked = Asked(work, draw, firm, number)
        with caught(crowd) as found:
            HOT[name](asked)
    assert found.statements
    walked = {}
    with crowd.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, values in found.statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
            tables = set(re.findall(r"Seq Scan on (\w+)", "\n".join(plan))) - SMALL
            if tables:
                walked[statement] = plan
    assert walked == {}
