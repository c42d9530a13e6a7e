"""The supervisor's pages: its key, and the proofs that draws wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select

from market import log
from market.access import Permission, public, requires
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import actions, bundles, lists, queries, showing
from market.draws.actions.keys import possession_alpha
from market.draws.actions.publishing import supervisor_key as key_of_supervisor
from market.draws.forms import ProofForm, SupervisorKeyForm
from market.draws.model import Draw
from market.draws.model_later import Replacement
from market.draws.rules import DrawMode, DrawState, ReplacementState
from market.draws.views.blueprint import bp, draw_by
from market.errors import MissingError
from market.installation import Installation
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, done, reading
from market.web.downloads import attachment
from market.web.work import installation


@bp.get("/supervisor")
@requires(Permission.DRAW_SUPERVISE)
def supervisor_key() -> Page:
    """Show the supervisor's keys, how to make one, and the draws that wait."""
    return _key_page(SupervisorKeyForm(formdata=None), HTTPStatus.OK)


@bp.post("/supervisor")
@requires(Permission.DRAW_SUPERVISE)
def register_key() -> Page:
    """Register a public key with the proof that its secret half is held."""
    form = SupervisorKeyForm()
    refused = done(form, lambda work: _register(work, form))
    if refused is not None:
        return _key_page(form, refused)
    flash(gettext("公钥已登记。今后发布的公告用到贵单位时，将使用这把密钥。"), "success")
    return redirect(url_for("draws.supervisor_key"), code=303)


def _register(work: UnitOfWork, form: SupervisorKeyForm) -> None:
    key = bytes.fromhex(form.public_key.data or "")
    actions.register_trustee_key(work, key, bytes.fromhex(form.proof.data or ""))


def _key_page(form: SupervisorKeyForm, status: HTTPStatus) -> Page:
    with reading() as work:
        page = render_template(
            "draws/supervisor.html",
            keys=lists.supervisor_keys(work),
            supervisor=_supervisor_name(work),
            waiting=[
                *((row, row.draw.phi_at) for row in lists.waiting_for_supervisor(work)),
                *((row, later.phi_at) for row, later in lists.replacing_for_supervisor(work)),
            ],
            coming=lists.coming_for_supervisor(work),
            proved=lists.proved_for_supervisor(work),
            alpha=possession_alpha(work.actor.org_code or "").hex(),
            form=form,
        )
    return page, status


def _supervisor_name(work: UnitOfWork) -> str:
    key = key_of_supervisor(work)
    return "" if key is None else organisation(work, key.organisation_id).name


@bp.get("/<number>/proof")
@requires(Permission.DRAW_SUPERVISE)
def proof(number: str) -> Page:
    """Show what is to be proved, and the command that does it on the supervisor's machine."""
    return _proof_page(number, ProofForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/proof")
@requires(Permission.DRAW_SUPERVISE)
def submit_proof(number: str) -> Page:
    """Check the proof; the result follows at once."""
    form = ProofForm()
    drawn: list[bool] = []
    refused = done(form, lambda work: drawn.append(_submit(work, number, form)))
    if refused is not None:
        return _proof_page(number, form, refused)
    log.sequence(installation())
    words = gettext("证明值核对无误，结果已经得出。")
    flash(words if drawn[0] else gettext("证明值核对无误，已采用。"), "success")
    return redirect(url_for("draws.show", number=number), code=303)


def _submit(work: UnitOfWork, number: str, form: ProofForm) -> bool:
    """Hand a proof in; return whether the draw has its result now."""
    value = bytes.fromhex(form.proof.data or "")
    draw = draw_by(work, number)
    if draw.mode is DrawMode.D2:
        draw = actions.submit_supervisor_proof(work, installation(), draw, value)
    else:
        draw = actions.submit_trustee_proof(work, installation(), draw, _own_key(work, draw), value)
    return draw.state is DrawState.DRAWN


def _own_key(work: UnitOfWork, draw: Draw) -> str:
    """Return the key with which the actor's organisation takes part in a draw."""
    keys = queries.own_keys(work, draw)
    if not keys:
        raise MissingError
    return keys[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a trustee is asked to prove; ``later`` is the firm whose place is to be filled."""

    subject: str
    alpha: str
    at: datetime
    later: str = ""


def _asked(work: UnitOfWork, draw: Draw) -> Asked | None:
    """Return what a draw asks its trustees for now; its input is final once it is witnessed."""
    if draw.state is DrawState.FROZEN:
        kept = queries.cut_of(work, draw) is not None
        alpha = showing.alpha_hex(work, draw) if kept else ""
        return Asked(subject=draw.freeze_hash or "", alpha=alpha, at=draw.phi_at)
    row = work.session.scalar(
        select(Replacement)
        .where(
            Replacement.draw_id == draw.id,
            Replacement.wanted,
            Replacement.state == ReplacementState.WITNESSED,
        )
        .order_by(Replacement.id)
        .limit(1)
    )
    if row is None:
        return None
    waits = queries.awaited_next(work, draw, row)
    return Asked(subject=waits.subject, alpha=waits.alpha.hex(), at=row.phi_at, later=row.out_code)


def _proof_page(number: str, form: ProofForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        key = _own_key(work, draw)
        asked = _asked(work, draw)
        given = asked is not None and key in queries.proofs_of(work, asked.subject)
        page = render_template(
            "draws/proof.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            key=key,
            asked=asked,
            waits=asked is not None and not given,
            given=given,
            is_time=asked is not None and work.now >= asked.at,
            form=form,
        )
    return page, status


@bp.get("/<number>/frozen.zip")
@public
def frozen_bundle(number: str) -> Response:
    """Serve the bundle of a frozen and witnessed list: what is checked before a proof is given."""
    return _of_frozen(number, "frozen", bundles.frozen_bundle_of)


@bp.get("/<number>/listed.zip")
@public
def listed_bundle(number: str) -> Response:
    """Serve the bundle of a frozen list that may lack its cut: for who is about to reveal."""
    return _of_frozen(number, "listed", bundles.listed_bundle_of)


def _of_frozen(
    number: str, name: str, build: Callable[[UnitOfWork, Installation, Draw], bytes]
) -> Response:
    with reading() as work:
        draw = draw_by(work, number)
        if draw.state is not DrawState.FROZEN:
            raise MissingError
        body = build(work, installation(), draw)
    response = attachment(body, f"{number}-{name}.ismdraw.zip", "application/zip")
    response.headers["Cache-Control"] = "no-cache"
    return response
