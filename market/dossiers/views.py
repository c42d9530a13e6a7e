"""Dossiers on the web: for the two sides of a contract and for those who oversee it."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask, Response, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.contracts import beside
from market.contracts import queries as contracts
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.contracts.thread.queries import for_correspondent, is_side
from market.db import UnitOfWork
from market.dossiers import actions, queries
from market.dossiers.contents import SECTIONS
from market.dossiers.forms import AgainForm
from market.dossiers.left_out import LEFT_OUT
from market.dossiers.zipping import later_of, zipped
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after
from market.web.deeds import NUMBER, Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation

bp = Blueprint("dossiers", __name__, url_prefix="/dossiers")
ONE: Final = f"/<{NUMBER}:contract_id>"


def init_app(app: Flask) -> None:
    """Register the pages, and what a contract's page shows of its dossier."""
    app.register_blueprint(bp)
    beside.provide(panel)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows once its service is over, to whoever may read it."""
    if contract.state not in OVER or not may_read(work, contract):
        return None
    versions = queries.versions_of(work, contract)
    return Panel("dossiers/_panel.html", {"last": versions[0] if versions else None})


def may_read(work: UnitOfWork, contract: Contract) -> bool:
    """Whether the actor may read a dossier: as the messages in it, so the whole."""
    if is_side(work, contract):
        return True
    need = need_by_id(work, contract.need_id)
    return Permission.OVERSIGHT_READ in work.actor.permissions and looks_after(work, need)


@bp.get(ONE)
@requires(Permission.WORKBENCH_OPEN)
def show(contract_id: int) -> Page:
    """Show a dossier's versions, its files and their hashes."""
    return _page(contract_id, AgainForm(), HTTPStatus.OK)


@bp.post(f"{ONE}/archive")
@requires(Permission.CONTRACT_FILE)
def archive(contract_id: int) -> Page:
    """Let either side archive before the term ends."""
    form = MarketForm()

    def deed(work: UnitOfWork) -> None:
        actions.archive(work, installation(), contracts.for_party(work, contract_id))

    status = done(form, deed)
    if status is not None:
        return _page(contract_id, AgainForm(), status, refused=form)
    flash(gettext("已归档，清单的摘要已记入公开日志。"), "success")
    return redirect(url_for("dossiers.show", contract_id=contract_id), HTTPStatus.SEE_OTHER)


@bp.post(f"{ONE}/again")
@requires(Permission.OBJECTION_DECIDE)
def again(contract_id: int) -> Page:
    """Let the item's authority have it made anew, with what came since."""
    form = AgainForm()

    def deed(work: UnitOfWork) -> None:
        contract = for_correspondent(work, contract_id)
        if not looks_after(work, need_by_id(work, contract.need_id)):
            raise MissingError
        actions.archive_again(work, installation(), contract, form.why.data or "")

    status = done(form, deed)
    if status is not None:
        return _page(contract_id, form, status)
    flash(gettext("已重新归档，理由和清单的摘要已记入公开日志。"), "success")
    return redirect(url_for("dossiers.show", contract_id=contract_id), HTTPStatus.SEE_OTHER)


@bp.get(f"{ONE}/<{NUMBER}:version_no>.zip")
@requires(Permission.WORKBENCH_OPEN)
def download(contract_id: int, version_no: int) -> Response:
    """Return a version as a zip with its list of hashes and the log's proofs."""
    with reading() as work:
        contract = for_correspondent(work, contract_id)
        dossier = queries.version(work, contract, version_no)
        out = zipped(work, installation(), contract, dossier)
        name = f"{contract.number}-{version_no}.zip"
    response = send_file(out, "application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(
    contract_id: int, form: AgainForm, status: int, refused: MarketForm | None = None
) -> Page:
    with reading() as work:
        contract = for_correspondent(work, contract_id)
        if contract.state not in OVER:
            raise MissingError
        versions = queries.versions_of(work, contract)
        permissions = work.actor.permissions
        acts = is_side(work, contract) and Permission.CONTRACT_FILE in permissions
        need = need_by_id(work, contract.need_id)
        page = render_template(
            "dossiers/show.html",
            contract=contract,
            versions=versions,
            files=queries.files_of(work, versions[0]) if versions else [],
            form=form,
            refused=refused,
            later=later_of(work, installation(), contract, versions[0]) if versions else 0,
            may_archive=not versions and acts,
            may_again=bool(versions)
            and Permission.OBJECTION_DECIDE in permissions
            and looks_after(work, need),
            days=queries.DUE_WORKING_DAYS,
            sections=SECTIONS,
            left_out=sorted(set(LEFT_OUT.values())),
        )
    return page, status
