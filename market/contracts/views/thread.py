"""Messages between the sides of a contract, on the web."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import files
from market.access import Permission, requires
from market.contracts import queries
from market.contracts.forms_reports import MessageForm, chosen_file
from market.contracts.thread import actions
from market.contracts.thread import queries as thread
from market.contracts.views.blueprint import ONE, bp, keep
from market.db import UnitOfWork
from market.web.deeds import Page, done, reading


@bp.get(f"{ONE}/messages", endpoint="messages")
@requires(Permission.WORKBENCH_OPEN)
def show(contract_id: int) -> Page:
    """Show what the sides wrote to each other, to them and to those who oversee the item."""
    return _page(contract_id, MessageForm(formdata=None), 200)


def _page(contract_id: int, form: MessageForm, status: int) -> Page:
    with reading() as work:
        contract = thread.for_correspondent(work, contract_id)
        page = render_template(
            "contracts/messages.html",
            contract=contract,
            rows=thread.rows_of(work, contract),
            may_write=thread.may_write(work, contract),
            own=work.actor.org_id,
            form=form,
            accept=files.ACCEPTED,
        )
    return page, status


@bp.post(f"{ONE}/messages", endpoint="send_message")
@requires(Permission.CONTRACT_FILE)
def send(contract_id: int) -> Page:
    """Write to the other side."""
    form = MessageForm()

    def deed(work: UnitOfWork) -> None:
        contract = queries.for_party(work, contract_id)
        chosen = chosen_file(form.file)
        stored = keep(work, chosen) if chosen else None
        actions.send(work, contract, form.text.data or "", stored)

    refused = done(form, deed)
    if refused is not None:
        return _page(contract_id, form, refused)
    flash(gettext("消息已发出，对方已收到通知。"), "success")
    return redirect(url_for("contracts.messages", contract_id=contract_id), code=303)
