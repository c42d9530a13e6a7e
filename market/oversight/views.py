"""Oversight on the web: the cockpit and the boards, most filtered, sorted, paged and as a file."""

from flask import Blueprint, Flask, Response, render_template, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts import todo
from market.catalogue.queries import groups
from market.clocks import boards
from market.clocks.rules import Light
from market.contracts.rules import ContractState
from market.credit.cases import queries as credit
from market.credit.cases.rules import CaseState
from market.credit.scope import groups_of
from market.db import UnitOfWork
from market.draws.rules import DrawMode, DrawState
from market.errors import msgid
from market.oversight import chain, clocktime, cockpit, drawlog, exports, fees, lookback, operator
from market.oversight.chain import ChainQuery
from market.oversight.drawlog import DrawQuery
from market.oversight.lookback import LookbackFlag
from market.oversight.rules import ChainFlag
from market.web.lists import (
    MOST_CSV_ROWS,
    Pages,
    Sort,
    address,
    csv_file,
    one_asked,
    wants_csv,
    words_asked,
)
from market.web.work import installation, request_work

bp = Blueprint("oversight", __name__, url_prefix="/oversight")

# Each row of this file is verified anew if need be: more would keep the reader waiting.
MOST_VERIFIED = 500
Answer = str | Response


def init_app(app: Flask) -> None:
    """Register the pages, and the way to them from the workbench."""
    app.jinja_env.globals["csv_url"] = lambda: address(format="csv", page=None)
    app.register_blueprint(bp)
    todo.link(Permission.OVERSIGHT_READ, msgid("监督总览"), "oversight.index")
    todo.provide(Permission.OVERSIGHT_READ, _operator_late)


def _operator_late(work: UnitOfWork) -> list[todo.Todo]:
    """What the operator lets lie, in one line, for those who watch over it."""
    count = operator.for_overseers(work)
    if not count:
        return []
    words, detail = gettext("运营机构逾期未办的事项"), gettext("逐项列出，逾期的在前")
    url = url_for("oversight.operator_duties")
    return [todo.Todo(words, detail, url, urgency="late", count=count)]


def _groups(work: UnitOfWork) -> list[str]:
    """Return the names of the groups to which the reader is limited; none means all."""
    names = {group.code: group.name_zh for group in groups()}
    return [names.get(code, code) for code in sorted(groups_of(work))]


@bp.get("")
@requires(Permission.OVERSIGHT_READ)
def index() -> str:
    """Show the numbers that matter and what needs attention."""
    with request_work() as work:
        return render_template(
            "oversight/index.html",
            c=cockpit.cockpit(work, installation()),
            groups=_groups(work),
            verified_of=cockpit.VERIFIED,
            operator_late=operator.late(operator.duties(work), work.now),
        )


@bp.get("/operator")
@requires(Permission.OVERSIGHT_READ)
def operator_duties() -> str:
    """Show what lies with the operator, what is late first, and since when."""
    with request_work() as work:
        found = operator.duties(work)
        pages = Pages.of(len(found))
        return render_template(
            "oversight/operator.html",
            rows=found[pages.offset : pages.offset + pages.rows],
            waiting=sum(one.count for one in found),
            late=operator.late(found, work.now),
            pages=pages,
        )


@bp.get("/draws")
@requires(Permission.OVERSIGHT_READ)
def draws() -> Answer:
    """Show every draw beside its timetable, with what the verifier found."""
    sort = Sort.asked(drawlog.SORTS, first="phi", descending=True)
    wanted = DrawQuery(
        words=words_asked(),
        state=one_asked(DrawState, "state"),
        mode=one_asked(DrawMode, "mode"),
        late=request.args.get("late") == "1",
        sort=sort.key,
        descending=sort.descending,
    )
    with request_work() as work:
        if wants_csv():
            found = drawlog.draw_log(work, installation(), wanted, limit=MOST_VERIFIED)
            return csv_file(
                "draws", exports.draw_header(), [exports.draw_row(row, work.now) for row in found]
            )
        pages = Pages.of(drawlog.count_draws(work, wanted))
        return render_template(
            "oversight/draws.html",
            rows=drawlog.draw_log(
                work, installation(), wanted, limit=pages.rows, offset=pages.offset
            ),
            pages=pages,
            sort=sort,
            wanted=wanted,
            states=list(DrawState),
            modes=list(DrawMode),
            groups=_groups(work),
            most=MOST_VERIFIED,
        )


@bp.get("/fees", endpoint="fees")
@requires(Permission.OVERSIGHT_READ)
def fee_disclosures() -> Answer:
    """Show per item who has published a fee, how much, and who has not."""
    sort = Sort.asked(fees.SORTS, first="item")
    words = words_asked()
    with request_work() as work:
        rows = fees.sorted_fees(fees.item_fees(work, words), sort.key, descending=sort.descending)
        if wants_csv():
            return csv_file("fees", exports.fee_header(), [exports.fee_row(row) for row in rows])
        pages = Pages.of(len(rows))
        return render_template(
            "oversight/fees.html",
            rows=rows[pages.offset : pages.offset + pages.rows],
            pages=pages,
            sort=sort,
            words=words,
            groups=_groups(work),
        )


@bp.get("/catalogue", endpoint="catalogue")
@requires(Permission.OVERSIGHT_READ)
def look_back() -> Answer:
    """Show which items nobody uses, nobody offers, or still have to be confirmed."""
    flag = one_asked(LookbackFlag, "flag")
    with request_work() as work:
        rows = lookback.items_used(work, flag)
        if wants_csv():
            found = [exports.lookback_row(row) for row in rows]
            return csv_file("catalogue", exports.lookback_header(), found)
        pages = Pages.of(len(rows))
        return render_template(
            "oversight/catalogue.html",
            rows=rows[pages.offset : pages.offset + pages.rows],
            pages=pages,
            flag=flag,
            flags=list(LookbackFlag),
            months=lookback.MONTHS,
            groups=_groups(work),
        )


@bp.get("/clocks", endpoint="clocks")
@requires(Permission.OVERSIGHT_READ)
def clock_board() -> Answer:
    """Show whose time it was, every clock, the cards, and suspensions by reason."""
    light = one_asked(Light, "light")
    with request_work() as work:
        own = clocktime.own_clocks(work)
        if wants_csv():
            rows = boards.board(work, light=light, among=own, limit=MOST_CSV_ROWS)
            return csv_file(
                "clocks", exports.clock_header(), [exports.clock_row(row) for row in rows]
            )
        counts = boards.count_board(work, among=own)
        total = sum(counts.values())
        if light is not None:
            total = boards.count_light(work, light, among=own)
        pages = Pages.of(total)
        return render_template(
            "oversight/clocks.html",
            rows=boards.board(work, light=light, among=own, limit=pages.rows, offset=pages.offset),
            pages=pages,
            light=light,
            lights=[(None, sum(counts.values())), *counts.items()],
            shares=clocktime.shares(work),
            cards=clocktime.cards(work),
            suspensions=clocktime.suspensions(work),
            groups=_groups(work),
        )


@bp.get("/cases")
@requires(Permission.OVERSIGHT_READ)
def cases() -> Answer:
    """Show the credit cases by state."""
    state, words = one_asked(CaseState, "state"), words_asked()
    with request_work() as work:
        if wants_csv():
            rows = credit.cases(work, state=state, words=words, limit=MOST_CSV_ROWS)
            return csv_file("cases", exports.case_header(), [exports.case_row(row) for row in rows])
        pages = Pages.of(credit.count_cases(work, state=state, words=words))
        return render_template(
            "oversight/cases.html",
            rows=credit.cases(
                work, state=state, words=words, limit=pages.rows, offset=pages.offset
            ),
            pages=pages,
            state_chosen=state,
            words=words,
            tabs=[
                (None, credit.count_cases(work)),
                *((one, credit.count_cases(work, state=one)) for one in CaseState),
            ],
            groups=_groups(work),
        )


@bp.get("/contracts")
@requires(Permission.OVERSIGHT_READ)
def contracts() -> Answer:
    """Show the chain of prices of every contract."""
    sort = Sort.asked(chain.SORTS, first="filed", descending=True)
    wanted = ChainQuery(
        words=words_asked(),
        state=one_asked(ContractState, "state"),
        flag=one_asked(ChainFlag, "flag"),
        sort=sort.key,
        descending=sort.descending,
    )
    with request_work() as work:
        if wants_csv():
            rows = chain.chain(work, wanted, limit=MOST_CSV_ROWS)
            return csv_file(
                "contracts", exports.chain_header(), [exports.chain_row(row) for row in rows]
            )
        pages = Pages.of(chain.count_chain(work, wanted))
        return render_template(
            "oversight/contracts.html",
            rows=chain.chain(work, wanted, limit=pages.rows, offset=pages.offset),
            pages=pages,
            sort=sort,
            wanted=wanted,
            states=list(ContractState),
            flags=list(ChainFlag),
            saved=chain.saved(work),
            by_method=chain.saved_by_method(work),
            groups=_groups(work),
        )
