"""The blueprint that every page of contracts hangs on, and what those pages share."""

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO, Final, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from market import files
from market.contracts.model import Contract
from market.contracts.views.shown import facts_of
from market.db import UnitOfWork
from market.files import StoredFile
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.work import installation

bp = Blueprint("contracts", __name__)

ONE: Final = f"/contracts/mine/<{NUMBER}:contract_id>"
Find = Callable[[UnitOfWork], Contract]


def keep(work: UnitOfWork, upload: FileStorage | None) -> StoredFile:
    """Check an uploaded file and keep it."""
    stream = cast("BinaryIO", upload.stream) if upload else BytesIO()
    name = upload.filename if upload else None
    return files.keep(work, installation().config.uploads_dir, stream, name)


def run(
    form: MarketForm,
    find: Find,
    deed: Callable[[UnitOfWork, Contract], object],
    *,
    template: str,
    success: str,
) -> Page:
    """Run a form about one contract: show it, or do the deed and go back to the contract."""

    def do(work: UnitOfWork) -> None:
        contract = find(work)
        as_seen(contract.version)
        deed(work, contract)

    status = done(form, do)
    if status is None:
        flash(gettext(success), "success")
        return back(cast("dict[str, int]", request.view_args)["contract_id"])
    with reading() as work:
        contract = find(work)
        page = render_template(
            template,
            contract=contract,
            form=form,
            version=seen_version(contract.version),
            accept=files.ACCEPTED,
            **facts_of(work, contract),
        )
    return page, status


def back(contract_id: int) -> Response:
    """Go to the contract's page."""
    return redirect(url_for("contracts.show", contract_id=contract_id), code=303)
