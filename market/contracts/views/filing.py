"""Signing on the web: filing, confirming, returning and filing again."""

from datetime import date

from flask import flash, render_template, request
from flask_babel import gettext

from market import files
from market.access import Permission, requires
from market.catalogue.contract_texts import queries as contract_texts
from market.catalogue.files import current_catalogue
from market.contracts import actions, queries
from market.contracts.forms import NOT_REVIEW, REVIEW, DeedForm, FilingForm, ReturnFilingForm
from market.contracts.model import Contract
from market.contracts.reports.queries import milestones
from market.contracts.reports.rules import written
from market.contracts.views.blueprint import ONE, back, bp, keep, run
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.model import Need
from market.web.deeds import NUMBER, Page, done, reading


@bp.route(f"/awards/<{NUMBER}:award_id>/contract", methods=["GET", "POST"], endpoint="file")
@requires(Permission.CONTRACT_FILE)
def file_contract(award_id: int) -> Page:
    """File the contract of a confirmed award."""
    form = FilingForm()
    filed: list[int] = []
    status = done(form, lambda work: filed.append(_file(work, award_id, form)))
    if status is None:
        flash(gettext("合同已提交，等待对方确认。"), "success")
        return back(filed[0])
    with reading() as work:
        existing = queries.own_of_award(work, award_id)
        if existing is not None and not form.is_submitted():
            return back(existing.id)
        award, need, firm = queries.award_to_sign(work, award_id)
        if not form.is_submitted():
            form.process(
                data={
                    "price_fen": award.price_fen,
                    "signed_on": work.today,
                    "service_working_days": need.service_working_days,
                    "for_own_review": _purpose_of(need, work.today),
                }
            )
        page = render_template(
            "contracts/file.html",
            form=form,
            award=award,
            need=need,
            firm=firm,
            model_contracts=contract_texts.shown(work, need.item_code),
            accept=files.ACCEPTED,
        )
    return page, status


def _purpose_of(need: Need, day: date) -> str:
    """Return what the catalogue suggests; who files the contract declares it."""
    found = current_catalogue().on(day).get(need.item_code)
    return REVIEW if found is not None and found.commissioned_by_authority else NOT_REVIEW


def _file(work: UnitOfWork, award_id: int, form: FilingForm) -> int:
    award, need, firm = queries.award_to_sign(work, award_id)
    stored = keep(work, form.file.data)
    return actions.file(work, award, need, firm, facts=form.facts(), stored=stored).id


@bp.post(f"{ONE}/confirm")
@requires(Permission.CONTRACT_FILE)
def confirm(contract_id: int) -> Page:
    """Confirm what the other side filed."""
    return run(
        DeedForm(),
        lambda work: queries.for_party(work, contract_id),
        actions.confirm,
        template="contracts/refused.html",
        success=msgid("合同已确认并公示。请业主按期移交资料。"),
    )


@bp.route(f"{ONE}/return", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def return_filing(contract_id: int) -> Page:
    """Return what the other side filed, with what must be changed."""
    form = ReturnFilingForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.return_filing(work, contract, form.reason.data or "")

    return run(
        form,
        lambda work: queries.for_party(work, contract_id),
        deed,
        template="contracts/return_filing.html",
        success=msgid("已退回，对方将看到您写的原因。"),
    )


@bp.route(f"{ONE}/refile", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def refile(contract_id: int) -> Page:
    """File a contract again that was returned."""
    form = FilingForm()
    if request.method != "POST":
        with reading() as work:
            contract = queries.for_party(work, contract_id)
            planned = written(milestones(work, contract))
        form.process(obj=contract)
        form.milestones.data = planned
        form.for_own_review.data = REVIEW if contract.for_own_review else NOT_REVIEW

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.refile(work, contract, form.facts(), keep(work, form.file.data))

    return run(
        form,
        lambda work: queries.for_party(work, contract_id),
        deed,
        template="contracts/refile.html",
        success=msgid("合同已重新提交，等待对方确认。"),
    )
