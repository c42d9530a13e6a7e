"""The calendar on the web: years and notices for everybody, importing for two operators."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import BinaryIO, Final, cast

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, public, requires
from market.accounts import todo
from market.calendar import Calendar, Notice, default_calendar, provisional_calendar
from market.calendar.csvfile import LARGEST, Fault, NoticeFileError, read_notice, write_notice
from market.db import UnitOfWork
from market.duties import took
from market.errors import MissingError, msgid
from market.holidays import actions, queries, todos
from market.holidays.forms import DecisionForm, ImportForm
from market.holidays.model import HolidayImport
from market.holidays.rules import DayKind, ImportMove, ImportState, kind_of_day, weeks
from market.labels import label_of
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.downloads import attachment
from market.web.lists import PAGE_ROWS, Pages, csv_file

bp = Blueprint("holidays", __name__, url_prefix="/holidays")

CSV: Final = "text/csv; charset=utf-8"
UTF8_MARK: Final = "\ufeff"
WEEKDAYS: Final = tuple(map(msgid, "一二三四五六日"))


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.HOLIDAY_KEEP, todos.for_operator)
    todo.link(Permission.HOLIDAY_KEEP, msgid("放假通知"), "holidays.desk")


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar and the notices that fix it, the year's own first."""

    year: int
    notices: tuple[Notice, ...]
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a month's grid; what a notice calls it, if one names it."""

    on: date
    kind: DayKind
    name: str


def _years(calendar: Calendar) -> list[Year]:
    return [
        Year(
            year,
            tuple(notice for notice in calendar.notices if notice.year == year),
            calendar.is_provisional(date(year, 1, 1)),
        )
        for year in reversed(calendar.years)
    ]


def _year(calendar: Calendar, year: int) -> Year:
    if year not in calendar.years:
        raise MissingError
    return next(one for one in _years(calendar) if one.year == year)


@bp.get("")
@public
def index() -> str:
    """List the years, the notices that fix them, and which are provisional."""
    with reading() as work:
        return render_template(
            "holidays/index.html",
            years=_years(provisional_calendar()),
            stored=queries.stored_by_notice_id(work),
            last=max(default_calendar().years),
        )


@bp.get("/<int:year>")
@public
def show(year: int) -> str:
    """Show every day of a year."""
    with reading() as work:
        calendar = provisional_calendar()
        shown = _year(calendar, year)
        named = _named(calendar)
        cells = {
            month: [[_cell(calendar, named, day) for day in week] for week in weeks(year, month)]
            for month in range(1, 13)
        }
        return render_template(
            "holidays/show.html",
            shown=shown,
            months=cells,
            weekdays=WEEKDAYS,
            working_days=sum(
                cell is not None and cell.kind in {DayKind.WORKING, DayKind.MAKE_UP}
                for weeks_ in cells.values()
                for week in weeks_
                for cell in week
            ),
            others=list(calendar.years),
            stored=queries.stored_by_notice_id(work),
            today=work.today,
        )


@bp.get("/<int:year>.csv")
@public
def download(year: int) -> Response:
    """Hand out every day of a year as a file."""
    with reading():
        calendar = provisional_calendar()
        shown = _year(calendar, year)
        named = _named(calendar)
        first = date(year, 1, 1).toordinal()
        days = [date.fromordinal(n) for n in range(first, date(year, 12, 31).toordinal() + 1)]
        cells = [_cell(calendar, named, day) for day in days]
    numbers = "、".join(notice.document_number for notice in shown.notices)
    rows = [
        (
            cell.on,
            gettext(WEEKDAYS[cell.on.weekday()]),
            gettext(label_of(cell.kind).text),
            cell.name,
            gettext("暂定") if shown.is_provisional else "",
            numbers,
        )
        for cell in cells
        if cell is not None
    ]
    header = [gettext(word) for word in ("日期", "星期", "安排", "节日", "暂定", "依据")]
    return csv_file(f"calendar-{year}", header, rows)


@bp.get(f"/notices/<{NUMBER}:notice_id>")
@public
def notice(notice_id: int) -> str:
    """Show a confirmed notice and the deadlines that it changed."""
    with reading() as work:
        row = queries.notice(work, notice_id)
        pages = Pages.of(queries.count_changed(work, notice_id))
        return render_template(
            "holidays/notice.html",
            row=row,
            file=read_notice(row.content.encode()),
            imported=queries.by_id(work, row.import_id),
            pages=pages,
            changes=queries.changed_by(work, notice_id, limit=PAGE_ROWS, offset=pages.offset),
        )


@bp.get(f"/notices/<{NUMBER}:notice_id>.csv")
@public
def notice_file(notice_id: int) -> Response:
    """Hand out a confirmed notice as it was imported."""
    with reading() as work:
        row = queries.notice(work, notice_id)
        return attachment(UTF8_MARK + row.content, f"notice-{row.year}-{row.id}.csv", CSV)


@bp.get("/sample.csv")
@public
def sample() -> Response:
    """Hand out the newest notice of a whole year in the form in which one is imported."""
    with reading():
        annual = [n for n in default_calendar().notices if not n.amends and not n.provisional]
        return attachment(UTF8_MARK + write_notice(annual[-1]), "holiday-notice.csv", CSV)


@bp.get("/desk")
@requires(Permission.HOLIDAY_KEEP)
def desk() -> str:
    """List every imported notice with its state."""
    with reading() as work:
        return render_template("holidays/desk.html", rows=queries.imports(work))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.HOLIDAY_KEEP)
def upload() -> Page:
    """Import a notice, for a colleague to check and put to use."""
    form = ImportForm()
    faults: list[Fault] = []
    made: list[int] = []

    def deed(work: UnitOfWork) -> None:
        stream = cast("BinaryIO", form.file.data.stream) if form.file.data else BytesIO()
        try:
            made.append(actions.propose(work, stream.read(LARGEST + 1)).id)
        except NoticeFileError as error:
            faults.extend(error.faults)
            raise

    status = done(form, deed)
    if status is None:
        flash(gettext("已导入，由同事复核后启用。下面是它会改变什么。"), "success")
        return redirect(url_for("holidays.decide", import_id=made[0]), code=303)
    told = [(fault.line, gettext(fault.sentence) % dict(fault.facts)) for fault in faults]
    return render_template("holidays/new.html", form=form, faults=told), status


@bp.route(f"/imports/<{NUMBER}:import_id>", methods=["GET", "POST"])
@requires(Permission.HOLIDAY_KEEP)
def decide(import_id: int) -> Page:
    """Show what a notice would change; a colleague puts it to use or refuses it."""
    form = DecisionForm()
    with reading() as work:
        form.offer(_moves(work, queries.by_id(work, import_id)))

    def deed(work: UnitOfWork) -> None:
        row = queries.by_id(work, import_id)
        as_seen(row.version)
        _decide(work, row, ImportMove(form.move.data), form.words.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("已办理并记入公开日志。期限由后台任务重新计算。"), "success")
        return redirect(url_for("holidays.decide", import_id=import_id), code=303)
    with reading() as work:
        row = queries.by_id(work, import_id)
        waits = row.state is ImportState.PROPOSED
        return render_template(
            "holidays/decision.html",
            form=form,
            row=row,
            file=read_notice(row.content.encode()),
            found=queries.preview(work, row) if waits else None,
            confirmed=queries.notice_of(work, row.id),
            mine=took(work, row.proposed_by_id),
            version=seen_version(row.version),
            today=work.today,
        ), status


def _moves(work: UnitOfWork, row: HolidayImport) -> tuple[ImportMove, ...]:
    if row.state is not ImportState.PROPOSED:
        return ()
    if took(work, row.proposed_by_id):
        return (ImportMove.WITHDRAW,)
    return (ImportMove.CONFIRM, ImportMove.REFUSE)


def _decide(work: UnitOfWork, row: HolidayImport, move: ImportMove, words: str) -> None:
    match move:
        case ImportMove.CONFIRM:
            actions.confirm(work, row)
        case ImportMove.REFUSE:
            actions.refuse(work, row, words)
        case ImportMove.WITHDRAW:
            actions.withdraw(work, row)


def _named(calendar: Calendar) -> dict[date, str]:
    """Return what the notices call each day that they name."""
    return {
        day: holiday.name
        for notice in calendar.notices
        for holiday in notice.holidays
        for day in (*holiday.days_off, *holiday.working_days)
    }


def _cell(calendar: Calendar, named: dict[date, str], day: date | None) -> Cell | None:
    if day is None:
        return None
    name = named.get(day, "")
    return Cell(day, kind_of_day(calendar, day, is_named=bool(name)), name)
