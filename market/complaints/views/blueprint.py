"""The addresses of complaints, and how a form of one runs."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext

from market import log
from market.complaints.model import Complaint
from market.db import UnitOfWork
from market.web.addresses import clean
from market.web.deeds import Page, as_seen, done
from market.web.forms import MarketForm
from market.web.work import installation

bp = Blueprint("complaints", __name__, url_prefix="/complaints")
Deed = Callable[[UnitOfWork, Complaint], object]
Find = Callable[[UnitOfWork, str], Complaint]
Show = Callable[[str, MarketForm, int], Page]


def run(number: str, form: MarketForm, *, find: Find, deed: Deed, words: str, show: Show) -> Page:
    """Do something with a complaint, or show its page again with what refused it."""

    def do(work: UnitOfWork) -> None:
        one = find(work, clean(number))
        as_seen(one.version)
        deed(work, one)

    refused = done(form, do)
    if refused is not None:
        return show(number, form, refused)
    log.sequence(installation())
    flash(gettext(words), "success")
    return redirect(url_for("complaints.show", number=number), code=303)
