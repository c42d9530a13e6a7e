"""The supervisor's pages: its key, and the proofs that draws wait for."""

from http import HTTPStatus

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions, bundles, lists, showing
from market.draws.actions.phi import possession_alpha
from market.draws.forms import ProofForm, SupervisorKeyForm
from market.draws.rules import DrawState
from market.draws.views.blueprint import attachment, bp, draw_by
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from market.needs.views.flow import Page, done, reading
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
    flash(gettext("公钥已登记。今后按“平台与监督方”方式发布的公告将使用这把密钥。"), "success")
    return redirect(url_for("draws.supervisor_key"), code=303)


def _register(work: UnitOfWork, form: SupervisorKeyForm) -> None:
    key = bytes.fromhex(form.public_key.data or "")
    actions.register_supervisor_key(work, key, bytes.fromhex(form.proof.data or ""))


def _key_page(form: SupervisorKeyForm, status: HTTPStatus) -> Page:
    with reading() as work:
        page = render_template(
            "draws/supervisor.html",
            keys=lists.supervisor_keys(work),
            waiting=lists.waiting_for_supervisor(work),
            coming=lists.coming_for_supervisor(work),
            alpha=possession_alpha(work.actor.org_code or "").hex(),
            form=form,
        )
    return page, status


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
    refused = done(form, lambda work: _submit(work, number, form))
    if refused is not None:
        return _proof_page(number, form, refused)
    log.sequence(installation())
    flash(gettext("证明值核对无误，结果已经得出。"), "success")
    return redirect(url_for("draws.show", number=number), code=303)


def _submit(work: UnitOfWork, number: str, form: ProofForm) -> None:
    value = bytes.fromhex(form.proof.data or "")
    actions.submit_supervisor_proof(work, installation(), draw_by(work, number), value)


def _proof_page(number: str, form: ProofForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        if draw.supervisor_org_id != work.actor.org_id:
            raise MissingError
        frozen = draw.freeze_hash is not None
        page = render_template(
            "draws/proof.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            alpha=showing.alpha_hex(work, draw) if frozen else "",
            waits=draw.state is DrawState.FROZEN,
            is_time=work.now >= draw.phi_at,
            form=form,
        )
    return page, status


@bp.get("/<number>/frozen.zip")
@requires(Permission.DRAW_SUPERVISE)
def frozen_bundle(number: str) -> Response:
    """Serve the bundle of a frozen list: what a supervisor checks before it proves anything."""
    with reading() as work:
        draw = draw_by(work, number)
        if draw.supervisor_org_id != work.actor.org_id or draw.state is not DrawState.FROZEN:
            raise MissingError
        body = bundles.frozen_bundle_of(work, installation(), draw)
    return attachment(body, f"{number}-frozen.ismdraw.zip", "application/zip")
