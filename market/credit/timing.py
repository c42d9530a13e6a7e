"""The clocks of a case: the firm's time to reply, and the authority's to decide on repair."""

from market.clocks import turns
from market.clocks.kinds import AUTHORITY_DECISION, PARTY_REPLY
from market.clocks.rules import Party
from market.credit.cases.model import Case
from market.credit.cases.record import firm_of, rules_of
from market.credit.repair.model import CreditRepair
from market.db import UnitOfWork
from market.errors import msgid


def begin_reply(work: UnitOfWork, case: Case) -> None:
    """Start the firm's time to reply: the days are its own, and it need not use them."""
    rules = rules_of(case)
    turns.begin(
        work,
        PARTY_REPLY,
        _reply(case),
        number=case.number,
        title=msgid("陈述申辩"),
        holder=Party.FIRM,
        holder_org_id=firm_of(work, case).organisation_id,
        other_org_id=case.proposed_by_org_id,
        limit=rules.integer("case.reply_working_days"),
        regulation=rules,
    )


def extend_reply(work: UnitOfWork, case: Case, days: int) -> None:
    """Give the firm the more time that it asked for."""
    turns.give_more(work, _reply(case), days)


def end_reply(work: UnitOfWork, case: Case) -> None:
    """Stop the firm's time: it has said that it adds nothing."""
    turns.end(work, _reply(case), msgid("机构表示陈述完毕"))


def begin_repair(work: UnitOfWork, case: Case, repair: CreditRepair) -> None:
    """Start the authority's time to decide on an application for repair."""
    rules = rules_of(case)
    turns.begin(
        work,
        AUTHORITY_DECISION,
        _repair(repair),
        number=repair.number,
        title=msgid("信用修复申请的决定"),
        holder=Party.REVIEWER,
        holder_org_id=case.proposed_by_org_id,
        other_org_id=firm_of(work, case).organisation_id,
        limit=rules.integer("repair.decide_working_days"),
        regulation=rules,
    )


def end_repair(work: UnitOfWork, repair: CreditRepair) -> None:
    """Stop the authority's time: it has decided, or the measure has ended by itself."""
    turns.end(work, _repair(repair), msgid("信用修复申请已办结"))


def _reply(case: Case) -> str:
    return f"case-reply:{case.id}"


def _repair(repair: CreditRepair) -> str:
    return f"repair:{repair.id}"
