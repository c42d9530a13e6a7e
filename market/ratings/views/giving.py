"""The page on which an organisation gives a rating."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.errors import MissingError
from market.ratings import actions, queries
from market.ratings.forms import RatingForm
from market.ratings.rules import RATED, Direction, RatingState, in_words
from market.ratings.sealing import sealing_key
from market.ratings.views.blueprint import bp
from market.web.deeds import Page, done, reading
from market.web.work import installation


@bp.route("/contracts/<number>/<direction>", methods=["GET", "POST"])
@requires(Permission.RATING_GIVE)
def give(number: str, direction: str) -> Page:
    """Give a rating: it is sealed, and released when every other party is finished."""
    if direction not in set(Direction):
        raise MissingError
    way = Direction(direction)
    form = RatingForm()
    form.offer(RATED[way])

    released: list[bool] = []

    def deed(work: UnitOfWork) -> None:
        row = queries.own(work, number, way)
        actions.rate(work, sealing_key(installation().keys), row.rating, form.content())
        released.append(row.rating.released_at is not None)

    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        flash(_said(released=released == [True]), "success")
        return redirect(url_for("ratings.contract", number=number), code=303)
    with reading() as work:
        row = queries.own(work, number, way)
        if row.rating.state is not RatingState.WAITING and not form.is_submitted():
            return redirect(url_for("ratings.contract", number=number), code=303)
        rules = queries.rules_of(row.rating)
        page = render_template(
            "ratings/give.html",
            form=form,
            row=row,
            of=RATED[way],
            bad=in_words(rules.integer("bad_rating.tenths_most")),
            rules=rules,
        )
    return page, status


def _said(*, released: bool) -> str:
    """Return what became of a rating: whoever comes last sees all of them at once."""
    if released:
        return str(gettext("评价已提交。其他各方此前已经评价或者期限已满，各方的评价已同时公开。"))
    return str(gettext("评价已密封。各方都评价或者期限届满后，同时公开。"))
