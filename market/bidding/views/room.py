"""The room of a firm: what it may bid now, one button, and where it stands."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.bidding import actions, queries
from market.bidding.forms import AmountForm, DiscountForm
from market.bidding.queries import Held
from market.bidding.rules import BidderState, is_large_drop, last_bids, lowest_of, most_for
from market.bidding.views.blueprint import bp
from market.bidding.views.live import Live, live_of
from market.draws.views.blueprint import draw_by
from market.errors import ForbiddenError, MarketError, MissingError
from market.firms.queries import own
from market.money import capitals
from market.needs.prices import QuoteUnit, discount_of
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, done, reading
from market.web.errors import status_of
from market.web.work import installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A bid that waits to be confirmed, and the price it goes below."""

    fen: int
    from_fen: int

    @property
    def capitals(self) -> str:
        """The amount in Chinese capitals."""
        return capitals(self.fen)

    @property
    def is_large(self) -> bool:
        """Whether so much is taken off that the amount may be a slip."""
        return is_large_drop(self.from_fen, self.fen)


@bp.get("/<number>/room")
@requires(Permission.DRAW_ENROL)
def room(number: str) -> Page:
    """Show the firm where it stands and what it may bid."""
    return _page(number, None, 200)


@bp.post("/<number>/bid")
@requires(Permission.DRAW_ENROL)
def bid(number: str) -> Page:
    """Ask before a bid, which cannot be taken back; take it once its amount is confirmed."""
    with reading() as work:
        of = queries.held(work, draw_by(work, number))
    form, clock = _form_of(of), installation().clock
    if form.validate() and form.confirmed.data != str(form.fen(of.terms.ceiling_fen)):
        return _ask(number, form)
    refused = done(
        form,
        lambda work: actions.bid(
            work, draw_by(work, number), form.fen(of.terms.ceiling_fen), clock
        ),
    )
    if refused is not None:
        return _page(number, form, refused)
    log.sequence(installation())
    flash(gettext("出价已写入公开日志，贵机构现在是最低价。"), "success")
    return redirect(url_for("bidding.room", number=number), code=303)


def _ask(number: str, form: AmountForm | DiscountForm) -> Page:
    """Show the amount in figures and in capitals, or why it may not be bid."""
    asked = None
    try:
        with reading() as work:
            of = queries.held(work, draw_by(work, number))
            fen = form.fen(of.terms.ceiling_fen)
            actions.require_bid(work, of, fen)
            lowest_fen = lowest_of(of.bids)
            asked = Asked(
                fen=fen, from_fen=of.terms.ceiling_fen if lowest_fen is None else lowest_fen
            )
    except (MissingError, ForbiddenError):
        raise
    except MarketError as error:
        form.refuse(error)
        return _page(number, form, status_of(error))
    return _page(number, form, HTTPStatus.OK, asked)


def _form_of(of: Held, *, sent: bool = True) -> AmountForm | DiscountForm:
    kind = DiscountForm if of.terms.unit is QuoteUnit.DISCOUNT else AmountForm
    return kind() if sent else kind(formdata=None)


def _most(of: Held, live: Live, limit_fen: int | None) -> int | None:
    """Return the most that the firm may bid now, by the session and by what it published."""
    if live.next_fen is None or of.session is None:
        return None
    return most_for(of.session, live.lowest_fen, limit_fen)


def _page(
    number: str,
    form: AmountForm | DiscountForm | None,
    status: int,
    asked: Asked | None = None,
) -> Page:
    with reading() as work:
        of = queries.held(work, draw_by(work, number))
        enrolment = queries.own_enrolment(work, of.draw)
        state, live = queries.state_of(work, of, enrolment), live_of(work, of)
        limit_fen = queries.limit_of(work, of, own(work))
        most_fen = _most(of, live, limit_fen)
        if form is None:
            form = _form_of(of, sent=False)
            if most_fen is not None:
                form.suggest(most_fen, discount_of(of.terms.ceiling_fen, most_fen) or 0)
        page = render_template(
            "bidding/room.html",
            live=live,
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            enrolment=enrolment,
            state=state,
            own_fen=last_bids(of.bids).get(enrolment.sequence),
            may_bid=most_fen is not None and state is not BidderState.LOWEST,
            most_fen=most_fen,
            most_bp=None if most_fen is None else discount_of(of.terms.ceiling_fen, most_fen),
            limit_fen=limit_fen,
            item_code=need_by_id(work, of.draw.need_id).item_code,
            verdict=queries.verdict_of(work, enrolment),
            form=form,
            asked=asked,
        )
    return page, status
