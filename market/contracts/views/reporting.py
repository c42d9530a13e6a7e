"""Progress reports on the web: what a contract's page shows of them, and writing one."""

from flask import flash, render_template
from flask_babel import gettext

from market import files
from market.access import Permission, requires
from market.contracts import queries
from market.contracts.beside import Panel
from market.contracts.forms_reports import ReportForm, chosen_file
from market.contracts.model import Contract
from market.contracts.reports import actions
from market.contracts.reports import queries as reports
from market.contracts.reports.rules import AWAITED, is_in_turn
from market.contracts.rules import ContractState
from market.contracts.views.blueprint import ONE, back, bp, keep
from market.db import UnitOfWork
from market.web.deeds import NUMBER, Page, done, reading

REPORT = f"{ONE}/reports/<{NUMBER}:milestone_id>"


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of its milestones; the words only to its readers."""
    rows = reports.rows_of(work, contract)
    if not rows:
        return None
    ours = work.actor.org_id in {contract.owner_org_id, contract.firm_org_id}
    writes = (
        work.actor.org_id == contract.firm_org_id
        and contract.state is ContractState.RUNNING
        and Permission.DELIVERABLE_SUBMIT in work.actor.permissions
    )
    plan = [row.milestone for row in rows]
    facts = {
        "rows": rows,
        "whole": ours or Permission.OVERSIGHT_READ in work.actor.permissions,
        "may": frozenset(
            one.id
            for one in plan
            if writes and one.state in AWAITED and is_in_turn(one, plan, work.now)
        ),
    }
    return Panel("contracts/_reports.html", facts)


@bp.route(REPORT, methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_SUBMIT)
def report(contract_id: int, milestone_id: int) -> Page:
    """Report at a milestone."""
    form = ReportForm()

    def deed(work: UnitOfWork) -> None:
        contract = queries.for_firm(work, contract_id)
        chosen = chosen_file(form.file)
        facts = actions.ReportFacts(
            percent=form.percent.data or 0,
            done=form.done.data or "",
            obstacles=form.obstacles.data or "",
        )
        stored = keep(work, chosen) if chosen else None
        actions.report(work, contract, milestone_id, facts, stored)

    status = done(form, deed)
    if status is None:
        flash(gettext("进度报告已提交，业主已收到通知。"), "success")
        return back(contract_id)
    with reading() as work:
        contract = queries.for_firm(work, contract_id)
        one = reports.milestone(work, contract, milestone_id)
        if not form.is_submitted():
            form.done.data = one.template
        page = render_template(
            "contracts/report.html",
            contract=contract,
            milestone=one,
            form=form,
            accept=files.ACCEPTED,
            possible=one.state in AWAITED
            and contract.state is ContractState.RUNNING
            and is_in_turn(one, reports.milestones(work, contract), work.now),
        )
    return page, status
