"""What there is to do for draws, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.draws import lists
from market.draws.rules import AwardState
from market.draws.views import contributor
from market.firms.queries import of_org_or_none


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Awards to confirm or decline, and awards in their publicity."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    found = []
    for award, title in lists.awards_of_firm(work, firm):
        url = url_for("draws.award", award_number=award.number)
        if award.state is AwardState.OFFERED:
            found.append(Todo(gettext("确认或放弃中选"), title, url, due_at=award.answer_by_at))
        elif award.state is AwardState.PUBLICITY:
            found.append(Todo(gettext("中选公示中，公示期满后请确认"), title, url))
    return found


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Values that draws wait for, and steps that are overdue."""
    found = [
        Todo(
            gettext("为摇号录入信标轮次"),
            row.title,
            url_for("draws.phi", number=row.number),
            due_at=row.draw.result_by_at,
            urgency="soon",
        )
        for row in lists.waiting_for_phi(work)
    ]
    found += [
        Todo(
            gettext("为摇号录入开奖号码（两人分别录入）"),
            row.title,
            url_for("draws.type_numbers", number=row.number),
            due_at=row.draw.result_by_at,
            urgency="soon",
        )
        for row in lists.waiting_for_numbers(work)
    ]
    found += [
        Todo(
            gettext("摇号步骤逾期，请检查后台任务"),
            row.title,
            url_for("draws.desk"),
            due_at=row.draw.next_check_at,
            urgency="late",
        )
        for row in lists.overdue(work)
    ]
    return found


def for_contributor(work: UnitOfWork) -> list[Todo]:
    """Commitments to make before the close, and reveals to make after the freeze."""
    found = []
    for row, own in contributor.rows_of(work):
        url = url_for("draws.contribute", number=row.number)
        if own.may_commit:
            words = gettext("为摇号封存一个数（出数）")
            found.append(Todo(words, row.title, url, due_at=row.draw.enrol_close_at))
        elif own.may_reveal:
            words = gettext("揭示为摇号封存的数")
            due_at = row.draw.reveal_by_at
            found.append(Todo(words, row.title, url, due_at=due_at, urgency="soon"))
    return found


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Proofs that draws wait for; a key, where none is registered."""
    found = [
        Todo(
            gettext("提交监督方证明值"),
            row.title,
            url_for("draws.proof", number=row.number),
            due_at=row.draw.result_by_at,
            urgency="soon",
        )
        for row in [*lists.waiting_for_supervisor(work), *lists.replacing_for_supervisor(work)]
    ]
    if not lists.supervisor_keys(work):
        found.append(
            Todo(
                gettext("登记监督方随机密钥"),
                gettext("登记后，业主才能选用“平台与监督方”随机源"),
                url_for("draws.supervisor_key"),
            )
        )
    return found
