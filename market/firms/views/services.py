"""A firm's own services: what it offers, how fast, and for how much."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.firms import actions, at_stake, promises, queries
from market.firms.at_stake import EnrolmentsAtStakeError
from market.firms.forms_fees import DaysForm, FeeForm, ServiceForm
from market.firms.rules import CHANGEABLE, PUBLIC, ServiceState, Step
from market.firms.views.blueprint import bp, taken_note_of
from market.firms.views.own import show_step
from market.web.deeds import Page, done
from market.web.errors import sentence_of, status_of
from market.web.work import request_work, today


@bp.route("/firm/services", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_services() -> Page:
    """Step 4: services with promised days and published fees."""
    form = ServiceForm()
    form.offer_items(today(), _offered())
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: _offer(work, form))
        if refused is None:
            flash(gettext("服务和收费标准已公开。"), "success")
            return redirect(url_for("firms.own_services"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        rows = queries.offers(work, firm.id) if firm else []
        items = queries.item_names(work.today)
    return show_step(
        Step.SERVICES,
        "firms/services.html",
        form,
        status,
        rows=rows,
        items=items,
        fee_promise=promises.FEE_TEXT,
    )


def _offered() -> frozenset[str]:
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        rows = queries.services(work, firm.id) if firm else []
        return frozenset(s.item_code for s in rows if s.state is not ServiceState.WITHDRAWN)


def _offer(work: UnitOfWork, form: ServiceForm) -> None:
    given = form.data
    days: int = given["promised_working_days"]
    actions.offer(work, queries.own(work), given["item_code"], days, form.fee())


@bp.get("/firm/services/<item_code>")
@requires(Permission.FIRM_EDIT)
def own_service(item_code: str) -> Page:
    """Show one service: its days, its fee and the fee's history."""
    days, form = DaysForm(), FeeForm()
    form.offer(today())
    with request_work() as work:
        fee = queries.current_fee(work, queries.own(work).id, item_code)
        if fee is not None:
            form.take_up(fee)
    return _service_page(item_code, days, form, HTTPStatus.OK)


@bp.post("/firm/services/<item_code>/days")
@requires(Permission.FIRM_EDIT)
def change_days(item_code: str) -> Page:
    """Change the promise of speed."""
    days, fee = DaysForm(), FeeForm(formdata=None)
    fee.offer(today())
    resumed: list[bool] = []
    refused = done(days, lambda work: resumed.append(_change_days(work, item_code, days)))
    if refused is None:
        words = gettext("已恢复提供该服务。") if resumed[0] else gettext("承诺时限已更新。")
        flash(words, "success")
        return redirect(url_for("firms.own_service", item_code=item_code), code=303)
    return _service_page(item_code, days, fee, refused)


def _change_days(work: UnitOfWork, item_code: str, form: DaysForm) -> bool:
    """Set the days; return whether that offers the service again after a stop."""
    firm = queries.own(work)
    was_stopped = queries.own_service(work, firm, item_code).state is ServiceState.WITHDRAWN
    actions.offer(work, firm, item_code, form.data["promised_working_days"])
    return was_stopped


@bp.post("/firm/services/<item_code>/fees")
@requires(Permission.FEE_PUBLISH)
def publish_fee(item_code: str) -> Page:
    """Publish a new version of the fee."""
    days, fee = DaysForm(formdata=None), FeeForm()
    fee.offer(today())
    refused = done(fee, lambda work: _publish(work, item_code, fee))
    if refused is None:
        flash(gettext("新的收费标准已公开。"), "success")
        return redirect(url_for("firms.own_service", item_code=item_code), code=303)
    return _service_page(item_code, days, fee, refused)


def _publish(work: UnitOfWork, item_code: str, form: FeeForm) -> None:
    firm = queries.own(work)
    queries.own_service(work, firm, item_code)
    actions.publish_fee(work, firm, item_code, form.fee())


@bp.post("/firm/services/<item_code>/withdraw")
@requires(Permission.FIRM_EDIT)
def withdraw_service(item_code: str) -> Page:
    """Stop offering an item, once the firm knows which enrolments that costs."""
    try:
        with request_work() as work:
            firm = queries.own(work)
            service = queries.own_service(work, firm, item_code)
            actions.withdraw_service(work, firm, service, taken_note_of())
    except EnrolmentsAtStakeError as error:
        return _refused(item_code, error)
    flash(gettext("已停止提供该服务。"), "success")
    return redirect(url_for("firms.own_services"), code=303)


def _refused(item_code: str, error: EnrolmentsAtStakeError) -> Page:
    days, fee = DaysForm(formdata=None), FeeForm(formdata=None)
    fee.offer(today())
    return _service_page(item_code, days, fee, status_of(error), problem=sentence_of(error))


def _service_page(
    item_code: str, days: DaysForm, fee: FeeForm, status: HTTPStatus, problem: str = ""
) -> Page:
    with request_work() as work:
        firm = queries.own(work)
        service = queries.own_service(work, firm, item_code)
        if problem or not days.is_submitted() or days.promised_working_days.raw_data is None:
            days.promised_working_days.data = service.promised_working_days
        page = render_template(
            "firms/service.html",
            firm=firm,
            service=service,
            item=queries.item_or_none(item_code, work.today),
            days=days,
            fee_form=fee,
            fee_promise=promises.FEE_TEXT,
            bases=queries.bases_named(work, item_code),
            fee=queries.current_fee(work, firm.id, item_code),
            fees=queries.fee_history(work, firm.id, item_code),
            changeable=firm.state in CHANGEABLE,
            is_public=firm.state in PUBLIC,
            stakes=at_stake.with_service(work, firm, item_code),
            problem=problem,
            today=work.today,
        )
    return page, status
