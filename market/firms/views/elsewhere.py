"""Registrations between cities: a signed file to take along, and one of another city to bring."""

from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from market import log
from market.access import Permission, requires
from market.accounts import queries as accounts
from market.db import UnitOfWork
from market.firms import queries
from market.firms.actions.bringing import bring, handed_out
from market.firms.elsewhere import NotARegistrationError, UnknownCityError
from market.firms.views.blueprint import bp
from market.web.deeds import Page, done
from market.web.downloads import attachment
from market.web.forms import MarketForm
from market.web.work import installation, request_work

LARGEST: Final = 200_000


class RegistrationForm(MarketForm):
    """A registration of another city."""

    file = FileField(
        _l("其他城市的入驻资料"),
        [FileRequired(message=_l("请选择文件。"))],
        description=_l("在原城市中介超市的“本机构入驻与资料”下载的文件，原样上传。"),
    )


@bp.get("/firm/registration.note")
@requires(Permission.FIRM_EDIT)
def take_along() -> Response:
    """Hand a firm its registration, signed with the key of this city's log."""
    here = installation()
    with request_work() as work:
        text = handed_out(work, queries.own(work), market_name(here.config.city))
    return attachment(log.signed(here, text), "registration.note", "text/plain; charset=utf-8")


@bp.route("/firm/registration", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def bring_along() -> Page:
    """Start a registration from that of another city."""
    form = RegistrationForm()
    status = done(form, lambda work: _bring(work, form.file.data))
    if status is None:
        flash(gettext("签名已核验。请核对预填的内容。"), "success")
        return redirect(url_for("firms.own_facts"), code=303)
    cities = log.trusted_cities(installation())
    page = render_template("firms/bring.html", form=form, cities=sorted(cities.values()))
    return page, status


def _bring(work: UnitOfWork, sent: FileStorage | None) -> None:
    data = sent.stream.read(LARGEST + 1) if sent else b""
    if not data or len(data) > LARGEST:
        raise NotARegistrationError
    here = installation()
    cities = log.trusted_cities(here)
    opened = log.opened(data, cities)
    if opened is None:
        raise UnknownCityError
    text, key = opened
    source = f"{market_name(cities[key])}（签名已核验）"
    bring(work, accounts.organisation(work, work.org_id), text, source)


def market_name(city: str) -> str:
    """Return what a city's market is called."""
    return f"{city}中介超市"
