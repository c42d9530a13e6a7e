"""What there is to do where nobody signed, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts.queries import held_up_by_owners
from market.contracts.signing import queries
from market.contracts.signing.model import SigningCase
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.needs.model import Need


def _todo(what: str, case: SigningCase, need: Need, award: Award) -> Todo:
    return Todo(
        what=what,
        detail=f"{case.number} {need.title}",
        url=url_for("contracts.unsigned", award_number=award.number),
        due_at=case.due_at,
        urgency="soon",
    )


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Reasons to state, and contracts that the owner does not confirm."""
    found = [_todo(gettext("说明没有按期签约的原因"), *row) for row in queries.to_speak(work)]
    return found + [
        Todo(
            what=gettext("业主逾期未确认合同，可以申请认定责任"),
            detail=contract.title,
            url=url_for("contracts.unsigned", award_number=award.number),
        )
        for contract, award in held_up_by_owners(work)
        if contract.firm_org_id == work.actor.org_id and award.state is AwardState.CONFIRMED
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Cases that were heard and for which the operator proposes what to find."""
    return [_todo(gettext("提出未签约责任的认定意见"), *row) for row in queries.to_propose(work)]


def for_officer(work: UnitOfWork) -> list[Todo]:
    """Cases that the operator let lie, or was not followed in: an officer proposes."""
    return [
        _todo(gettext("提出未签约责任的认定意见（运营机构逾期或者意见未被采纳）"), *row)
        for row in queries.to_propose_late(work)
    ]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Cases that an authority lets lie."""
    return [_todo(gettext("督办：主管部门逾期未认定签约责任"), *row) for row in queries.late(work)]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """Cases in which another person has proposed what to find."""
    return [_todo(gettext("认定未按期签约的责任"), *row) for row in queries.to_find(work)]
