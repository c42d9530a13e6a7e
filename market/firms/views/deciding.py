"""The operator's decisions after entry: promises, feedback, changed facts, pause and removal."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from market.access import Permission, requires
from market.db import UnitOfWork
from market.firms import actions, queries, queries_entry, queries_held
from market.firms.errors import NothingToVerifyError, NotSettledError
from market.firms.forms_entry import AnswerForm, DecisionForm, EndForm
from market.firms.model import Firm
from market.firms.rules import SETTLED, STATE_WORDS, FirmState
from market.firms.views.blueprint import bp
from market.web.deeds import Page, done
from market.web.forms import MarketForm
from market.web.work import request_work

VERIFY: Final = {"true": _l("承诺属实，予以确认"), "false": _l("承诺不实，撤销入驻")}
ANSWER: Final = {"rejected": _l("反馈不属实"), "upheld": _l("反馈属实，退回机构补正")}
CHANGE: Final = {"accept": _l("同意变更"), "return": _l("退回，保留原资料")}
ENDS: Final[Mapping[str, str]] = {
    "pause": _l("暂停：立即停止报名，直到解除"),
    "resume": _l("解除暂停"),
    "notify": _l("告知拟清退：陈述期满后生效"),
    "drop": _l("撤回清退告知"),
}
Show = Callable[[UnitOfWork, Firm], Mapping[str, object]]


@bp.route("/firm-checks/<int:firm_id>/promise", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def verify(firm_id: int) -> Page:
    """Verify the promise on which a firm was listed."""
    form = DecisionForm()
    form.offer(VERIFY)

    def show(work: UnitOfWork, firm: Firm) -> Mapping[str, object]:
        row = queries_entry.open_verification(work, firm)
        if row is None:
            raise NothingToVerifyError
        return {
            "row": row,
            "promise": queries.promise(work, firm.id),
            "qualifications": queries.qualifications(work, firm.id),
            "unanswered": queries_entry.unanswered(work, firm),
            "today": work.today,
            "compared": queries_held.comparison(work, firm),
        }

    def decide(work: UnitOfWork) -> None:
        firm, words = queries.for_check(work, firm_id), form.comment.data or ""
        if form.decision.data == "true":
            actions.verify_true(work, firm, words)
        else:
            actions.verify_false(work, firm, form.chosen(), words)

    return _page(firm_id, form, decide, show, "firms/verify.html")


@bp.route("/firm-checks/<int:firm_id>/feedback/<int:feedback_id>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def answer_feedback(firm_id: int, feedback_id: int) -> Page:
    """Answer what somebody says of a firm in its publicity."""
    form = AnswerForm()
    form.offer(ANSWER)

    def show(work: UnitOfWork, firm: Firm) -> Mapping[str, object]:
        return {"row": queries_entry.one_feedback(work, firm, feedback_id)}

    def decide(work: UnitOfWork) -> None:
        firm = queries.for_check(work, firm_id)
        row = queries_entry.one_feedback(work, firm, feedback_id)
        upheld = form.decision.data == "upheld"
        actions.answer_feedback(work, firm, row, form.answer.data or "", upheld=upheld)

    return _page(firm_id, form, decide, show, "firms/answer_feedback.html")


@bp.route("/firm-checks/<int:firm_id>/changes/<int:change_id>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def decide_change(firm_id: int, change_id: int) -> Page:
    """Accept or return the change of one fact."""
    form = DecisionForm()
    form.offer(CHANGE)
    accepting = form.is_submitted() and form.decision.data == "accept"
    if accepting and not form.comment.data:
        form.comment.data = gettext("同意")

    def show(work: UnitOfWork, firm: Firm) -> Mapping[str, object]:
        return {"row": queries_entry.change(work, firm, change_id)}

    def decide(work: UnitOfWork) -> None:
        firm = queries.for_check(work, firm_id)
        row = queries_entry.change(work, firm, change_id)
        if accepting:
            actions.accept_change(work, firm, row)
        else:
            actions.return_change(work, firm, row, form.chosen(), form.comment.data or "")

    return _page(firm_id, form, decide, show, "firms/decide_change.html")


@bp.route("/firm-checks/<int:firm_id>/ends", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def ends(firm_id: int) -> Page:
    """Pause or resume a firm, or give it notice of its removal."""
    form = EndForm()
    with request_work() as work:
        form.offer(_deeds(work, queries.for_check(work, firm_id)))

    def show(work: UnitOfWork, firm: Firm) -> Mapping[str, object]:
        if firm.state not in SETTLED:
            raise NotSettledError(STATE_WORDS[firm.state])
        return {"removal": queries_entry.removal(work, firm)}

    def decide(work: UnitOfWork) -> None:
        deeds = {
            "pause": actions.pause,
            "resume": actions.resume,
            "notify": actions.notify_removal,
            "drop": actions.drop_removal,
        }
        firm = queries.for_check(work, firm_id)
        deeds[str(form.deed.data)](work, firm, form.why.data or "")

    return _page(firm_id, form, decide, show, "firms/ends.html")


def _deeds(work: UnitOfWork, firm: Firm) -> dict[str, str]:
    notified = queries_entry.removal(work, firm) is not None
    paused = firm.state is FirmState.PAUSED
    wanted = {"resume" if paused else "pause", "drop" if notified else "notify"}
    return {deed: words for deed, words in ENDS.items() if deed in wanted}


def _page(
    firm_id: int, form: MarketForm, decide: Callable[[UnitOfWork], None], show: Show, template: str
) -> Page:
    """Show a decision's page, or take the decision and go back to the firm's check."""
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, decide)
        if refused is None:
            flash(gettext("已办理并登记，机构会在工作台看到结果。"), "success")
            return redirect(url_for("firms.check", firm_id=firm_id), code=303)
        status = refused
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        page = render_template(template, firm=firm, form=form, **show(work, firm))
    return page, status
