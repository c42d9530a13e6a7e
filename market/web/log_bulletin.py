"""``/log/bulletin``: the log's head at each month's end, to print in the city's gazette."""

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext

from market import bulletin, log
from market.access import public
from market.bulletin import Head, MonthEnd
from market.clock import BEIJING
from market.errors import MissingError, msgid
from market.web.downloads import attachment
from market.web.lists import csv_file
from market.web.work import installation

bp = Blueprint("bulletin", __name__, url_prefix="/log/bulletin")

FORMAT = "zjcs/log-head/v1"
HEADER = (
    msgid("月份"),
    msgid("记录数"),
    msgid("根哈希（十六进制）"),
    msgid("根哈希（base64）"),
    msgid("签名时间"),
    msgid("见证人"),
)


@bp.get("")
@public
def index() -> str:
    """List the months of a year with the log's head at the end of each."""
    here = installation()
    years, year, months = _asked()
    return render_template(
        "log/bulletin.html", origin=here.config.origin, years=years, year=year, months=months
    )


@bp.get("/heads.csv")
@public
def as_csv() -> Response:
    """Give the heads of a year as a table."""
    heads = _heads_asked()
    rows = [
        (
            f"{head.month:%Y-%m}",
            head.size,
            head.root_hex,
            head.root_base64,
            head.made_at,
            "；".join(one.witness for one in head.seen),
        )
        for head in heads
    ]
    return csv_file("log-heads", [gettext(words) for words in HEADER], rows)


@bp.get("/heads.json")
@public
def as_json() -> Response:
    """Give the heads of a year, each with its signed checkpoint."""
    here = installation()
    return jsonify(
        format=FORMAT,
        origin=here.config.origin,
        vkey=log.vkey(here),
        heads=[_body(head) for head in _heads_asked()],
    )


@bp.get("/<month>")
@public
def show(month: str) -> str:
    """Show the head of one month, ready to print."""
    here = installation()
    return render_template(
        "log/month.html",
        origin=here.config.origin,
        log_key=log.vkey(here),
        one=_month_end(month),
    )


@bp.get("/<month>/checkpoint")
@public
def checkpoint(month: str) -> Response:
    """Give the signed checkpoint of a month as a file to keep."""
    head = _month_end(month).head
    if head is None:
        raise MissingError
    response = attachment(head.note, head.file_name, "text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _asked() -> tuple[list[int], int, list[MonthEnd]]:
    """Return the years of the log, the one asked for, else the latest, and its months."""
    here = installation()
    now = here.clock()
    with here.engine.connect().execution_options(reading=True) as connection:
        years = bulletin.years(connection, now)
        asked = request.args.get("year", "")
        wanted = [year for year in years if str(year) == asked]
        year = (wanted or years or [0])[0]
        return years, year, bulletin.months_of(connection, year, now) if years else []


def _heads_asked() -> list[Head]:
    _, _, months = _asked()
    return [one.head for one in months if one.head]


def _month_end(text: str) -> MonthEnd:
    here = installation()
    month = bulletin.month_named(text)
    if month is None:
        raise MissingError
    with here.engine.connect().execution_options(reading=True) as connection:
        return bulletin.month_end(connection, month, here.clock())


def _body(head: Head) -> dict[str, object]:
    return {
        "month": f"{head.month:%Y-%m}",
        "size": head.size,
        "root_hex": head.root_hex,
        "root_base64": head.root_base64,
        "signed_at": head.made_at.astimezone(BEIJING).isoformat(),
        "note": head.note.decode(),
        "witnesses": [
            {"name": one.witness, "at": one.at.astimezone(BEIJING).isoformat()} for one in head.seen
        ],
    }
