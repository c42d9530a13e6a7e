"""Examining a round on the web: the owner's check, an opinion, the firm's supplement."""

from typing import Final

from market.access import Permission, requires
from market.contracts import actions, queries
from market.contracts.examining import actions as examining
from market.contracts.examining.queries import for_reviewer
from market.contracts.forms_examining import Decision, OpinionForm, ReviewForm, SupplyForm
from market.contracts.model import Contract
from market.contracts.views.blueprint import ONE, bp, keep, run
from market.db import UnitOfWork
from market.errors import msgid
from market.web.deeds import Page

_SAID: Final = {
    Decision.ACCEPT: msgid("成果已验收；没有评审环节的，时限停止，合同办结。"),
    Decision.SUPPLEMENT: msgid("已要求补正，继续计中介机构的时间；补正不算重做。"),
    Decision.TOLERATE: msgid("已容缺接收，时限停止；逾期未补交的，容缺接收失效。"),
    Decision.RETURN: msgid("成果已退回，继续计中介机构的时间。"),
    None: "",
}


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_REVIEW)
def review(contract_id: int) -> Page:
    """Accept the last round, ask for what is missing, or return it with reason and clause."""
    form = ReviewForm()
    form.offer()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        comment, missing = form.comment.data or "", form.missing.data or ""
        match form.said:
            case Decision.ACCEPT:
                actions.accept(work, contract, comment)
            case Decision.SUPPLEMENT:
                examining.supplement(work, contract, missing)
            case Decision.TOLERATE:
                examining.tolerate(work, contract, missing, form.by_on.data)
            case _:
                clause = form.clause.data or ""
                actions.return_work(work, contract, form.chosen_reason, comment, clause=clause)

    return run(
        form,
        lambda work: queries.for_owner(work, contract_id),
        deed,
        template="contracts/review.html",
        success=_SAID[form.said],
    )


@bp.route(f"{ONE}/opinion", methods=["GET", "POST"])
@requires(Permission.WORK_REVIEW)
def opinion(contract_id: int) -> Page:
    """Let the authority of the item pass the last round, at once or once revised, or fail it."""
    form = OpinionForm()
    form.offer()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        comment, missing = form.comment.data or "", form.missing.data or ""
        clause = form.clause.data or ""
        match form.said:
            case Decision.ACCEPT:
                examining.pass_work(work, contract, comment)
            case Decision.SUPPLEMENT:
                examining.ask_revision(work, contract, missing, form.chosen_reason, clause)
            case Decision.TOLERATE:
                examining.tolerate(work, contract, missing, form.by_on.data)
            case _:
                examining.fail(work, contract, form.chosen_reason, clause, comment)

    return run(
        form,
        lambda work: for_reviewer(work, contract_id),
        deed,
        template="contracts/opinion.html",
        success=msgid("评审意见已登记。"),
    )


@bp.route(f"{ONE}/supply", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_SUBMIT)
def supply(contract_id: int) -> Page:
    """Hand in what the owner or the authority asked for."""
    form = SupplyForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        examining.supply(work, contract, keep(work, form.file.data), form.note.data or "")

    return run(
        form,
        lambda work: queries.for_firm(work, contract_id),
        deed,
        template="contracts/supply.html",
        success=msgid("已补交，由要求补交的一方核对。"),
    )
