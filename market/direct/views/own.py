"""The owner's pages: choosing a firm, commissioning one at once, and what became of it."""

from http import HTTPStatus

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import files
from market.access import Permission, requires
from market.db import UnitOfWork
from market.direct import actions, queries
from market.direct.actions.emergency import of_choice
from market.direct.counting import barred_by
from market.direct.forms import (
    ChoiceForm,
    DeedForm,
    EmergencyForm,
    FilingForm,
    NamingForm,
    ReasonForm,
)
from market.direct.judging import single_applicants
from market.direct.limits import limits_of, rules_on, shortest_draw
from market.direct.model import DirectChoice
from market.direct.queries import Row
from market.direct.rules import DirectGround, DirectState
from market.direct.views.blueprint import OWN, bp, keep
from market.direct.views.shown import caps_for, facts_of, is_open_case
from market.duties import took
from market.errors import MissingError
from market.needs import queries as needs
from market.needs.rules import MOVES, Move
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.downloads import uploaded
from market.web.forms import MarketForm


@bp.route(f"/choose/<{NUMBER}:need_id>", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def choose(need_id: int) -> Page:
    """Propose one firm for a need of one's own."""
    form = ChoiceForm()
    made: list[DirectChoice] = []

    def deed(work: UnitOfWork) -> None:
        need = needs.own(work, need_id)
        as_seen(need.version)
        made.append(actions.propose(work, need, form.facts()))

    status = done(form, deed)
    if status is None:
        flash(gettext("已提交本单位另一人审批。"), "success")
        return _to(made[0].id)
    return _choose_page(need_id, form, status, DirectGround.SMALL_AMOUNT, "direct/choose.html")


@bp.route(f"/emergency/<{NUMBER}:need_id>", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def emergency(need_id: int) -> Page:
    """Commission a firm at once in an emergency."""
    form = EmergencyForm()
    made: list[DirectChoice] = []

    def deed(work: UnitOfWork) -> None:
        need = needs.own(work, need_id)
        as_seen(need.version)
        made.append(actions.commission(work, need, form.facts()))

    status = done(form, deed)
    if status is None:
        flash(gettext("已委托并公开。请在期限内由本单位另一人补办备案。"), "success")
        return _to(made[0].id)
    return _choose_page(need_id, form, status, DirectGround.EMERGENCY, "direct/emergency.html")


def _choose_page(
    need_id: int, form: NamingForm, status: HTTPStatus, ground: DirectGround, template: str
) -> Page:
    with reading() as work:
        need = needs.own(work, need_id)
        live = queries.live_of_need(work, need_id)
        if live is not None and not form.is_submitted():
            return _to(live.id)
        rules = rules_on(work.today)
        if not form.is_submitted():
            form.suggest(need.ceiling_fen)
        page = render_template(
            template,
            form=form,
            need=need,
            version=seen_version(need.version),
            allowed=(need.state, Move.CHOOSE) in MOVES,
            rules=rules,
            limits=limits_of(rules),
            grounds=DirectGround,
            caps=caps_for(work, need.owner_org_id, None, ground, rules),
            single=single_applicants(work, need),
            barred=barred_by(work, rules, need.owner_org_id),
            draw=shortest_draw(need, work.now),
        )
    return page, status


@bp.get(OWN)
@requires(Permission.WORKBENCH_OPEN)
def own(direct_id: int) -> Page:
    """Show a choice to its own organisation, and what there is to do."""
    return _own_page(direct_id, ReasonForm(formdata=None), HTTPStatus.OK)


def _own_page(direct_id: int, form: MarketForm, status: HTTPStatus) -> Page:
    with reading() as work:
        row = queries.own(work, direct_id)
        page = render_template(
            "direct/own.html",
            problems=form,
            form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
            version=seen_version(row.choice.version),
            may=_may(work, row),
            same_person=took(work, row.choice.proposed_by_id, row.need.posted_by_id),
            **facts_of(work, row),
        )
    return page, status


def _may(work: UnitOfWork, row: Row) -> dict[str, bool]:
    """Say which buttons the page shows; the actions decide again."""
    posts = Permission.NEED_POST in work.actor.permissions
    approves = Permission.NEED_APPROVE in work.actor.permissions
    state = row.choice.state
    return {
        "approve": approves and state is DirectState.PROPOSED,
        "edit": posts and state is DirectState.RETURNED,
        "withdraw": posts
        and state in {DirectState.PROPOSED, DirectState.CHECK, DirectState.RETURNED},
        "file": approves and is_open_case(row.emergency),
    }


@bp.post(f"{OWN}/approve")
@requires(Permission.NEED_APPROVE)
def approve(direct_id: int) -> Page:
    """Approve a choice as its second person."""
    form = DeedForm()
    status = done(form, lambda work: actions.approve(work, _seen(work, direct_id)))
    if status is not None:
        return _own_page(direct_id, form, status)
    flash(gettext("已审批通过，转运营机构核验。"), "success")
    return _to(direct_id)


@bp.post(f"{OWN}/send-back")
@requires(Permission.NEED_APPROVE)
def send_back(direct_id: int) -> Page:
    """Send a choice back to who proposed it, with the reason."""
    form = ReasonForm()

    def deed(work: UnitOfWork) -> None:
        actions.send_back(work, _seen(work, direct_id), form.reason.data or "")

    status = done(form, deed)
    if status is not None:
        return _own_page(direct_id, form, status)
    flash(gettext("已退回填报人，理由已登记。"), "success")
    return _to(direct_id)


@bp.post(f"{OWN}/withdraw")
@requires(Permission.NEED_POST)
def withdraw(direct_id: int) -> Page:
    """Take a choice back that is not public yet."""
    form = ReasonForm()
    whose: list[int] = []

    def deed(work: UnitOfWork) -> None:
        choice = _seen(work, direct_id)
        actions.withdraw(work, choice, form.reason.data or "")
        whose.append(choice.need_id)

    status = done(form, deed)
    if status is not None:
        return _own_page(direct_id, form, status)
    flash(gettext("已撤回直接选取。需求仍在，可以公开摇号或者重新办理。"), "success")
    return redirect(url_for("needs.show_own", need_id=whose[0]), code=303)


@bp.route(f"{OWN}/edit", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def edit(direct_id: int) -> Page:
    """Change a choice that was sent back, and propose it again."""
    form = ChoiceForm()

    def deed(work: UnitOfWork) -> None:
        actions.resubmit(work, _seen(work, direct_id), form.facts())

    status = done(form, deed)
    if status is None:
        flash(gettext("已重新提交本单位另一人审批。"), "success")
        return _to(direct_id)
    with reading() as work:
        row = queries.own(work, direct_id)
        if not form.is_submitted():
            form.process(obj=row.choice, data={"firm_code": row.firm.code})
        page = render_template(
            "direct/edit.html",
            form=form,
            version=seen_version(row.choice.version),
            allowed=row.choice.state is DirectState.RETURNED,
            **facts_of(work, row),
        )
    return page, status


@bp.route(f"{OWN}/filing", methods=["GET", "POST"])
@requires(Permission.NEED_APPROVE)
def file(direct_id: int) -> Page:
    """File an emergency afterwards, with the evidence."""
    form = FilingForm()

    def deed(work: UnitOfWork) -> None:
        case = of_choice(work, queries.own(work, direct_id).choice)
        stored = keep(work, form.file.data)
        actions.file(work, case, form.filing.data or "", stored)

    status = done(form, deed)
    if status is None:
        flash(gettext("备案已提交，由运营机构审查、监督部门复核。"), "success")
        return _to(direct_id)
    with reading() as work:
        row = queries.own(work, direct_id)
        if row.emergency is None:
            raise MissingError
        page = render_template(
            "direct/file.html",
            form=form,
            accept=files.ACCEPTED,
            allowed=is_open_case(row.emergency),
            same_person=work.user_id == row.choice.proposed_by_id,
            **facts_of(work, row),
        )
    return page, status


@bp.get(f"{OWN}/evidence")
@requires(Permission.WORKBENCH_OPEN)
def evidence(direct_id: int) -> Response:
    """Hand out the evidence of an emergency to its owner and to those who review it."""
    with reading() as work:
        row = _readable(work, direct_id)
        if row.emergency is None or row.emergency.file_id is None:
            raise MissingError
        return uploaded(work, row.emergency.file_id)


def _readable(work: UnitOfWork, direct_id: int) -> Row:
    if Permission.OVERSIGHT_READ in work.actor.permissions:
        return queries.to_check(work, direct_id)
    return queries.own(work, direct_id)


def _seen(work: UnitOfWork, direct_id: int) -> DirectChoice:
    choice = queries.own(work, direct_id).choice
    as_seen(choice.version)
    return choice


def _to(direct_id: int) -> Response:
    return redirect(url_for("direct.own", direct_id=direct_id), code=303)  # type: ignore[return-value]
