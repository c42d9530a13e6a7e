"""What there is to do for credit, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market import regulations
from market.accounts.todo import Todo
from market.credit import queries
from market.credit.rules import CaseState
from market.db import UnitOfWork
from market.labels import label_of


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Proposed measures that the firm may still answer."""
    return [
        Todo(
            what=gettext("提出陈述申辩"),
            detail=f"{case.number} {gettext(label_of(case.measure).text)}",
            url=url_for("credit.case", number=case.number),
            due_at=case.reply_by_at,
            urgency="soon",
        )
        for case in queries.own_cases(work)
        if case.state is CaseState.NOTIFIED and work.now < case.reply_by_at  # Adding is no duty.
    ]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """Cases that were heard, or whose firm let its time pass."""
    return [
        Todo(
            what=gettext("决定信用案件"),
            detail=f"{row.case.number} {row.firm.name}",
            url=url_for("credit.decide", number=row.case.number),
        )
        for row in queries.to_decide(work)
    ]


def for_proposer(work: UnitOfWork) -> list[Todo]:
    """Referrals without a case, and firms whose score allows a suspension."""
    found = [
        Todo(
            what=gettext("处理移送的失信行为"),
            detail=f"{firm.name} {gettext(label_of(breach.kind).text)}",
            url=url_for("credit.propose", firm=firm.code),
            urgency="soon",
        )
        for breach, firm in queries.referred(work)
    ]
    at_most = regulations.in_force("credit", work.today).integer("thresholds.suspend_at")
    found += [
        Todo(
            what=gettext("信用分不高于 %(score)s，可提出暂停报名", score=at_most),
            detail=gettext("%(firm)s（%(score)s 分）", firm=firm.name, score=score),
            url=url_for("credit.propose", firm=firm.code),
        )
        for firm, score in queries.low_scores(work, at_most)
    ]
    return found
