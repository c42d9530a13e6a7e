"""The texts of model contracts on the web: to download, to upload, to publish by two people."""

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import BinaryIO, Final, cast

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from market import files
from market.access import Permission, public, requires
from market.catalogue import queries as catalogue
from market.catalogue.attached import models
from market.catalogue.contract_texts import actions, queries
from market.catalogue.contract_texts.forms import TextDecisionForm, TextForm
from market.catalogue.contract_texts.model import ModelText
from market.catalogue.contract_texts.rules import TextMove, TextState
from market.db import UnitOfWork
from market.duties import took
from market.files import StoredFile
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.downloads import uploaded
from market.web.work import installation

bp = Blueprint("contract_texts", __name__, url_prefix="/contract-texts")

MOVES: Final[Mapping[TextState, tuple[TextMove, ...]]] = MappingProxyType(
    {
        TextState.PROPOSED: (TextMove.CONFIRM, TextMove.REFUSE),
        TextState.IN_FORCE: (TextMove.END,),
    }
)
_DEEDS: Final[Mapping[TextMove, Callable[[UnitOfWork, ModelText, str], None]]] = MappingProxyType(
    {
        TextMove.CONFIRM: lambda work, row, _words: actions.confirm(work, row),
        TextMove.REFUSE: actions.refuse,
        TextMove.END: actions.end,
    }
)


@bp.get(f"/<{NUMBER}:text_id>")
@public
def download(text_id: int) -> Response:
    """Hand out a text that is or was published."""
    with reading() as work:
        return uploaded(work, queries.published(work, text_id).file_id)


@bp.get("/desk")
@requires(Permission.CATALOGUE_KEEP)
def desk() -> Page:
    """List every text with its state, and the cited models that have none yet."""
    with reading() as work:
        rows = queries.everything(work)
        covered = {(row.item_code, row.model_id) for row in rows if row.state in MOVES}
        return render_template(
            "catalogue/texts.html",
            rows=rows,
            names={item.code: item.name_zh for item in catalogue.all_items(work.today)},
            lacking=[
                (model, code)
                for model in models().on(work.today).values()
                for code in model.items
                if (code, model.id) not in covered
            ],
        )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_KEEP)
def upload() -> Page:
    """Upload a text, for a colleague to check and publish."""
    form = TextForm()
    with reading() as work:
        form.offer(catalogue.all_items(work.today), tuple(models().on(work.today).values()))
    status = done(
        form, lambda work: actions.propose(work, form.facts(), _keep(work, form.file.data))
    )
    if status is None:
        flash(gettext("已上传，由同事复核后发布。"), "success")
        return redirect(url_for("contract_texts.desk"), code=303)
    return render_template("catalogue/text_new.html", form=form), status


def _keep(work: UnitOfWork, sent: FileStorage | None) -> StoredFile:
    stream = cast("BinaryIO", sent.stream) if sent else BytesIO()
    folder = installation().config.uploads_dir
    return files.keep(work, folder, stream, sent.filename if sent else None)


@bp.get(f"/<{NUMBER}:text_id>/file")
@requires(Permission.CATALOGUE_KEEP)
def file(text_id: int) -> Response:
    """Hand out a text to the people who check it."""
    with reading() as work:
        return uploaded(work, queries.by_id(work, text_id).file_id)


@bp.route(f"/<{NUMBER}:text_id>/decision", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_KEEP)
def decide(text_id: int) -> Page:
    """Publish or refuse what a colleague uploaded, or take a text out of use."""
    form = TextDecisionForm()
    with reading() as work:
        form.offer(MOVES.get(queries.by_id(work, text_id).state, ()))

    def deed(work: UnitOfWork) -> None:
        row = queries.by_id(work, text_id)
        as_seen(row.version)
        _DEEDS[TextMove(form.move.data)](work, row, form.words.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("已办理并记入公开日志。"), "success")
        return redirect(url_for("contract_texts.desk"), code=303)
    with reading() as work:
        row = queries.by_id(work, text_id)
        return render_template(
            "catalogue/text_decision.html",
            form=form,
            row=row,
            item=catalogue.item(row.item_code, work.today),
            stored=work.session.get_one(StoredFile, row.file_id),
            mine=row.state is TextState.PROPOSED and took(work, row.proposed_by_id),
            version=seen_version(row.version),
        ), status
