"""What every page's frame shows: the site, the navigation, the reader."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from market import regulations
from market.calendar import calendars_of_files, default_calendar
from market.clock import beijing_day
from market.db import reading_work
from market.errors import msgid
from market.labels import label_of
from market.web.language import language
from market.web.links import link_to
from market.web.work import ANYONE, installation

INSTANT: Final = timedelta(microseconds=1)

# (label, endpoint). An entry is shown when the application has the endpoint.
PUBLIC_NAV = (
    (msgid("首页"), "portal.home"),
    (msgid("采购公告"), "portal.notices"),
    (msgid("中选公告"), "portal.awards"),
    (msgid("合同公示"), "portal.contracts"),
    (msgid("摇号公开"), "draws.index"),
    (msgid("中介机构"), "firms.directory"),
    (msgid("服务事项"), "catalogue.index"),
    (msgid("收费公开"), "firms.fees"),
    (msgid("信用公示"), "portal.credit"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """The installation, as its pages present it."""

    name: str
    city: str
    operator_name: str
    operator_phone: str
    complaint_phone: str
    demo: bool
    shifted_clock: bool
    verification_url: str


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main navigation."""

    label: str
    endpoint: str
    active: bool


def init_app(app: Flask) -> None:
    """Give every template the frame's data."""
    app.jinja_env.filters["label"] = label_of
    app.jinja_env.filters["rule"] = rule_link
    app.jinja_env.filters["is_provisional"] = is_provisional
    app.jinja_env.globals["link_to"] = link_to
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def frame() -> dict[str, object]:
        here = installation()
        config = here.config
        return {
            "site": Site(
                name=gettext("中介超市"),
                city=config.city,
                operator_name=config.operator_name,
                operator_phone=config.operator_phone,
                complaint_phone=config.complaint_phone,
                demo=config.demo,
                shifted_clock=bool(config.clock_offset),
                verification_url=_verification_url(app),
            ),
            "nav": [
                NavEntry(gettext(label), endpoint, request.endpoint == endpoint)
                for label, endpoint in PUBLIC_NAV
                if endpoint in app.view_functions
            ],
            "locale": language(),
            "now": here.clock(),
            "csrf_token": generate_csrf,
        }


def rule_link(rule_id: str) -> Markup:
    """Return the title of an instrument as a link to its values; an unknown id stays an id."""
    known = {rule.id: rule.title for rule in regulations.current().all()}
    if rule_id not in known or "portal.about" not in current_app.view_functions:
        return escape(known.get(rule_id, rule_id))
    link = Markup('<a href="{}#{}">{}</a>')
    return link.format(url_for("portal.about"), rule_id, known[rule_id])


def is_provisional(end: date | datetime | None) -> bool:
    """Whether a term in working days ends in a year that no notice fixes: its end may move.

    An instant is the end of a term: midnight belongs to the day that ends with it.
    """
    if end is None:
        return False
    last = beijing_day(end - INSTANT) if isinstance(end, datetime) else end
    if not calendars_of_files().announced.is_provisional(last):
        return False
    if "calendar" not in g:
        here = installation()
        with reading_work(here.sessions, ANYONE, here.clock):
            g.calendar = default_calendar()
    return bool(g.calendar.is_provisional(last))


def _verification_url(app: Flask) -> str:
    """Return where this site explains how a draw is checked, if it has the page."""
    return url_for("portal.verify") if "portal.verify" in app.view_functions else ""
