"""The pages of those who contribute to a draw's seed: their key, the commitment, the reveal.

Key and value are made and kept in the contributor's own browser, or by the command line; what
is posted is the public key, the commitment, and the value once the list is frozen.
"""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select

from market import log
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import queries, taking_part
from market.draws.actions import contributions
from market.draws.forms import CommitForm, ContributorKeyForm, RevealForm
from market.draws.lists import MOST_ROWS, Running
from market.draws.model import Draw
from market.draws.model_later import Contributor
from market.draws.rules import DrawState
from market.draws.taking_part import Contribution
from market.draws.views.blueprint import bp, draw_by
from market.errors import MissingError
from market.needs.model import Need, Notice
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation

Row = tuple[Running, Contribution]


@bp.get("/contributor")
@requires(Permission.DRAW_CONTRIBUTE)
def contributor() -> Page:
    """Show the organisation's keys, and the draws whose notices name it."""
    return _key_page(ContributorKeyForm(formdata=None), HTTPStatus.OK)


@bp.post("/contributor")
@requires(Permission.DRAW_CONTRIBUTE)
def register_contributor() -> Page:
    """Register a public key; notices from now on name the organisation with it."""
    form = ContributorKeyForm()
    refused = done(form, lambda work: _register(work, form))
    if refused is not None:
        return _key_page(form, refused)
    flash(gettext("公钥已登记。今后的公告将把贵单位列为出数方。"), "success")
    return redirect(url_for("draws.contributor"), code=303)


def _register(work: UnitOfWork, form: ContributorKeyForm) -> None:
    who = queries.who_of(organisation(work, work.org_id))
    key, proof = bytes.fromhex(form.public_key.data or ""), bytes.fromhex(form.proof.data or "")
    contributions.register_key(work, who, key, proof)


def _key_page(form: ContributorKeyForm, status: HTTPStatus) -> Page:
    with reading() as work:
        ours = organisation(work, work.org_id)
        page = render_template(
            "draws/contributor.html",
            who=queries.who_of(ours),
            keys=queries.contributor_keys(work, ours.id),
            rows=rows_of(work),
            form=form,
        )
    return page, status


def rows_of(work: UnitOfWork) -> list[Row]:
    """Return the draws that are not over and whose notices name the actor's organisation."""
    found = work.session.execute(
        select(Draw, Notice.number, Need.title, Contributor.who)
        .join(Contributor, Contributor.draw_id == Draw.id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .where(
            Contributor.organisation_id == work.actor.org_id,
            Draw.state.in_(queries.LIVE_DRAWS),
        )
        .order_by(Draw.phi_at, Draw.id)
        .limit(MOST_ROWS)
    )
    return [
        (Running(draw, number, title), _of(work, draw, who)) for draw, number, title, who in found
    ]


def _of(work: UnitOfWork, draw: Draw, who: str) -> Contribution:
    return next(one for one in taking_part.contributions(work, draw) if one.who == who)


@bp.get("/<number>/contribute")
@requires(Permission.DRAW_CONTRIBUTE)
def contribute(number: str) -> Page:
    """Show what the organisation can do now: commit, wait, or reveal."""
    return _page(number, CommitForm(formdata=None), RevealForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/commit")
@requires(Permission.DRAW_CONTRIBUTE)
def commit(number: str) -> Page:
    """Take a commitment with its signature."""
    form = CommitForm()
    refused = done(form, lambda work: _commit(work, number, form))
    if refused is not None:
        return _page(number, form, RevealForm(formdata=None), refused)
    log.sequence(installation())
    flash(gettext("已封存，承诺值已写入公开日志。名单冻结后请回到本页揭示。"), "success")
    return redirect(url_for("draws.contribute", number=number), code=303)


def _commit(work: UnitOfWork, number: str, form: CommitForm) -> None:
    contributions.commit(
        work,
        draw_by(work, number),
        queries.who_of(organisation(work, work.org_id)),
        bytes.fromhex(form.commit.data or ""),
        bytes.fromhex(form.signature.data or ""),
    )


@bp.post("/<number>/reveal")
@requires(Permission.DRAW_CONTRIBUTE)
def reveal(number: str) -> Page:
    """Take the value that a commitment hid; it goes into the log at once."""
    form = RevealForm()
    refused = done(form, lambda work: _reveal(work, number, form))
    if refused is not None:
        return _page(number, CommitForm(formdata=None), form, refused)
    log.sequence(installation())
    flash(gettext("已揭示，写入公开日志，将计入种子。"), "success")
    return redirect(url_for("draws.contribute", number=number), code=303)


def _reveal(work: UnitOfWork, number: str, form: RevealForm) -> None:
    who = queries.who_of(organisation(work, work.org_id))
    contributions.reveal(work, draw_by(work, number), who, bytes.fromhex(form.value.data or ""))


def _page(number: str, form: MarketForm, reveal_form: RevealForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        who = queries.who_of(organisation(work, work.org_id))
        row = queries.contributor_of(work, draw, who)
        if row is None:
            raise MissingError
        page = render_template(
            "draws/contribute.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            own=_of(work, draw, who),
            key=row.key or "",
            is_frozen=draw.state is DrawState.FROZEN,
            form=form,
            reveal_form=reveal_form,
        )
    return page, status
