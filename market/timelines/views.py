"""The timeline of a project on the web, for everybody."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Flask, Response, render_template
from flask_babel import gettext

from market.access import public
from market.clocks.beside import numbered
from market.contracts.queries import of_award
from market.errors import msgid
from market.labels import label_of
from market.timelines import after_signing as after_signing  # noqa: PLC0414 - counts for clocks
from market.timelines import queries
from market.timelines.queries import Timeline
from market.web.lists import address, csv_file, wants_csv, words_asked
from market.web.work import request_work

bp = Blueprint("timelines", __name__, url_prefix="/timelines")
LONGEST_NUMBER = 24
_CSV: Final = (
    msgid("发生时间"), msgid("登记时间"), msgid("事项"), msgid("编号"), msgid("数额"),
    msgid("理由"), msgid("此后计入"), msgid("此日之后"), msgid("计到"), msgid("工作日"),
    msgid("日历日"),
)  # fmt: skip
# What a moment counts, and how it is told; the template says the same.
AMOUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "round": msgid("第 %(round)s 轮"),
        "days": msgid("%(days)s 个工作日"),
        "position": msgid("第 %(position)s 个节点"),
        "percent": msgid("完成 %(percent)s%%"),
        "amount": msgid("%(amount)s 元"),
        "score": msgid("%(score)s 分"),
        "months": msgid("%(months)s 个月"),
    }
)


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(bp)


@bp.get("/<number>")
@public
def show(number: str) -> str | Response:
    """Show every day of a project since its notice: on whose account it went, and why."""
    with request_work() as work:
        found = queries.timeline(work, number, words_asked("award", LONGEST_NUMBER))
        if wants_csv():
            return _file(found)
        contract = of_award(work, found.award.id) if found.award else None
        return render_template(
            "timelines/show.html",
            line=found,
            csv_url=address(format="csv"),
            clocks_beside=numbered(work, contract.number) if contract else [],
        )


def _file(line: Timeline) -> Response:
    """Return the course as a file: its days sum to the days that passed, as on the page."""
    rows = [
        (
            span.moment.at,
            span.moment.entered_at if span.moment.entered_later else None,
            gettext(label_of(span.moment.step).text),
            span.moment.facts.get("number"),
            _amounts(span.moment.facts),
            gettext("：").join(gettext(why).rstrip("。.") for why in span.moment.why if why),
            gettext(label_of(span.account).text),
            span.after_on,
            span.until_on,
            span.working_days,
            span.days,
        )
        for span in line.spans
    ]
    return csv_file(f"timeline-{line.need.number}", [gettext(words) for words in _CSV], rows)


def _amounts(facts: Mapping[str, str | int]) -> str:
    """Return what a moment counts: rounds, days, shares, money."""
    said = [gettext(words) % {key: facts[key]} for key, words in AMOUNTS.items() if key in facts]
    return " ".join(said)
