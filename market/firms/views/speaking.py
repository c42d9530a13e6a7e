"""Where anybody says what is wrong with a firm in its publicity; no account is needed."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market.access import public
from market.accounts.doors import claim_feedback
from market.accounts.errors import TooManyAttemptsError
from market.accounts.rules import address_of
from market.db import UnitOfWork
from market.firms import actions, queries, queries_entry
from market.firms.entry import FeedbackReason
from market.firms.errors import PublicityOverError
from market.firms.forms_entry import FeedbackForm
from market.firms.views.blueprint import bp
from market.web.deeds import Page, done
from market.web.errors import sentence_of, status_of
from market.web.work import installation, request_work


@bp.route("/firms/<code>/feedback", methods=["GET", "POST"])
@public
def hand_in_feedback(code: str) -> Page:
    """Hand in feedback on a firm in its publicity."""
    form = FeedbackForm()
    form.offer()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = _claimed(form, code) or done(form, lambda work: _hand_in(work, code, form))
        if refused is None:
            flash(
                gettext("已收到您的反馈。运营机构核实后，答复公布在本页；内容相同的意见合并办理。"),
                "success",
            )
            return redirect(url_for("firms.show", code=code, _anchor="feedback"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.firm_by_code(work, code)
        if request.method == "GET" and not queries_entry.in_publicity(work, firm):
            raise PublicityOverError
        return render_template("firms/feedback.html", firm=firm, form=form), status


def _claimed(form: FeedbackForm, code: str) -> HTTPStatus | None:
    """Count a try that could succeed; what is not filled in yet costs nothing."""
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        claim_feedback(installation(), code, address_of(request.remote_addr))
    except TooManyAttemptsError as error:
        form.form_errors.append(sentence_of(error))
        return status_of(error)
    return None


def _hand_in(work: UnitOfWork, code: str, form: FeedbackForm) -> None:
    given = form.data
    actions.hand_in_feedback(
        work,
        queries.firm_by_code(work, code),
        FeedbackReason(given["reason"]),
        given["words"],
        given["contact"] or "",
    )
