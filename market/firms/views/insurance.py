"""Social-insurance evidence: the firm's page for each person, and the operator's check."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.firms import queries, queries_insurance
from market.firms.actions import insuring
from market.firms.forms_insurance import InsuranceCheckForm, InsuranceForm
from market.firms.model import FirmStaff
from market.firms.views.blueprint import bp
from market.web.deeds import Page, done, reading
from market.web.lists import PAGE_ROWS, Pages


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Evidence of social insurance to compare with its source."""
    rows = queries_insurance.to_check(work, limit=3)
    if not rows:
        return []
    names = "、".join(dict.fromkeys(firm.name for _, _, firm in rows))
    url = url_for("firms.insurance_checks")
    count = queries_insurance.count_to_check(work)
    return [Todo(what=gettext("核对社会保险证明"), detail=names, url=url, count=count)]


@bp.route("/firm/staff/<int:staff_id>/insurance", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def staff_insurance(staff_id: int) -> Page:
    """Show a person's evidence to the firm, and take more."""
    form = InsuranceForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(
            form,
            lambda work: insuring.insure(
                work,
                queries.own(work),
                queries.staff_member(work, queries.own(work), staff_id),
                form.facts(),
            ),
        )
        if refused is None:
            flash(gettext("社会保险证明已提交，待运营机构核对。"), "success")
            return redirect(url_for("firms.staff_insurance", staff_id=staff_id), code=303)
        status = refused
    with reading() as work:
        member = queries.staff_member(work, queries.own(work), staff_id)
        page = render_template(
            "firms/insurance.html",
            form=form,
            member=member,
            rows=queries_insurance.evidence_of(work, member),
            is_covered=bool(queries_insurance.covered(work, [member.id], work.today)),
            rules=regulations.in_force(queries_insurance.SUBJECT, work.today),
        )
    return page, status


@bp.get("/firm-checks/insurance")
@requires(Permission.FIRM_CHECK)
def insurance_checks() -> Page:
    """List the evidence that waits for the operator."""
    with reading() as work:
        pages = Pages.of(queries_insurance.count_to_check(work))
        rows = queries_insurance.to_check(work, limit=PAGE_ROWS, offset=pages.offset)
        return render_template("firms/insurance_checks.html", rows=rows, pages=pages)


@bp.route("/firm-checks/insurance/<int:evidence_id>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def check_insurance(evidence_id: int) -> Page:
    """Compare one piece of evidence with its source."""
    form = InsuranceCheckForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(
            form,
            lambda work: insuring.check_insurance(
                work,
                queries_insurance.pending(work, evidence_id),
                confirm=form.outcome.data == "yes",
                comment=form.comment.data or "",
            ),
        )
        if refused is None:
            flash(gettext("核对结果已登记。"), "success")
            return redirect(url_for("firms.insurance_checks"), code=303)
        status = refused
    with reading() as work:
        row = queries_insurance.by_id(work, evidence_id)
        member = work.session.get_one(FirmStaff, row.staff_id)
        page = render_template(
            "firms/check_insurance.html",
            form=form,
            row=row,
            member=member,
            firm=queries.firm_by_id(work, member.firm_id),
        )
    return page, status
