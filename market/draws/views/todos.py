"""What there is to do for draws, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clock import BEIJING
from market.db import UnitOfWork
from market.draws import failing, lists, results
from market.draws.queries import affiliated, changed
from market.draws.rules import AwardState
from market.draws.views import contributor
from market.duties import took
from market.firms.queries import of_org_or_none


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Awards to confirm or decline, and awards in their publicity."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    found = []
    for award, _, title in lists.awards_of_firm(work, firm):
        url = url_for("draws.award", award_number=award.number)
        if award.state is AwardState.OFFERED:
            found.append(Todo(gettext("确认或放弃中选"), title, url, due_at=award.answer_by_at))
        elif award.state is AwardState.PUBLICITY:
            found.append(Todo(gettext("中选公示中，公示期满后请确认"), title, url))
    return found


def for_enrolled(work: UnitOfWork) -> list[Todo]:
    """Values of its own that a firm sealed when it enrolled, and has to reveal now."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    return [
        Todo(
            gettext("揭示为摇号封存的数"),
            row.title,
            url_for("draws.receipt", number=row.number) + "#contribute",
            due_at=row.draw.reveal_by_at,
            urgency="soon",
        )
        for row in lists.reveals_of_firm(work, firm)
    ]


def for_failing(work: UnitOfWork) -> list[Todo]:
    """Enrolments that the firm would lose at the freeze, as things stand now."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    return [
        Todo(
            gettext("已报名的公告不再符合条件：%(rules)s", rules=_failed(one)),
            gettext(
                "%(notice)s。冻结名单前须补正，否则将被剔除：%(mend)s",
                notice=f"{one.number} {one.need.title}",
                mend=_mends(one),
            ),
            url_for("draws.receipt", number=one.number) + "#failing",
            due_at=failing.mend_by_at(work, one.draw),
            urgency="soon",
        )
        for one in failing.failing(work, firm)
    ]


def _failed(one: failing.Enrolled) -> str:
    return str(gettext("；").join(gettext(each.sentence, **each.facts) for each in one.failures))


def _mends(one: failing.Enrolled) -> str:
    mends = dict.fromkeys(failing.MENDS[each.rule] for each in one.failures)
    return str(gettext("；").join(gettext(each) for each in mends))


def for_changed(work: UnitOfWork) -> list[Todo]:
    """Notices that were changed after the firm had enrolled: it has to enrol anew, if it wants."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    return [
        Todo(
            gettext("公告已变更，原报名不再有效，请看变更内容后重新报名")
            if row.again
            else gettext("公告将变更，原报名不再有效，请等待新公告"),
            f"{row.number} {row.need.title}",
            url_for("needs.show", number=row.need.number),
            due_at=row.again.enrol_close_at if row.again else None,
            urgency="soon",
        )
        for row in changed.changed_for(work, firm)
    ]


def for_owner(work: UnitOfWork) -> list[Todo]:
    """Results that came out, and places that fell vacant: until the firm has confirmed."""
    return [
        Todo(
            _result_words(row),
            row.title,
            url_for("needs.show_own", need_id=row.need_id) + "#outcome",
        )
        for row in results.of_owner(work)
    ]


def _result_words(row: results.OwnersResult) -> str:
    if row.state is None:
        return str(gettext("中选机构已退出，等待另行抽取递补机构"))
    if row.state is AwardState.FROZEN:
        return str(gettext("中选结果因异议或者投诉暂停，办结后接着计算期限"))
    if row.state is AwardState.OFFERED:
        return str(gettext("公示期满，等待%(firm)s确认中选", firm=row.firm))
    if row.is_substitute:
        return str(gettext("原中选机构已退出，%(firm)s递补，正在公示", firm=row.firm))
    return str(gettext("摇号结果已出，%(firm)s中选，正在公示", firm=row.firm))


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Values that draws wait for, orders to carry out, steps overdue, and draws called off."""
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
            gettext("核对另一人登记的书面决定，办理终止"),
            row.title,
            url_for("draws.call_off", number=row.number),
            urgency="soon",
        )
        for row, order in lists.to_be_called_off(work)
        if not took(work, order.proposed_by_id)
    ]
    found += [
        Todo(
            gettext("摇号步骤逾期，请检查后台任务"),
            row.title,
            url_for("draws.desk"),
            due_at=lists.late_since(row.draw, work.now),
            urgency="late",
        )
        for row in lists.overdue(work)
    ]
    return found + _loosened(work) + _called_off(work)


def _loosened(work: UnitOfWork) -> list[Todo]:
    """Firms that declared another controller while draws are under way, enrolled or not."""
    return [
        Todo(
            gettext("摇号进行期间变更了申报的控制人、股东或法定代表人，请核对是否规避一家一票"),
            f"{firm.name} {firm.code}",
            url_for("affiliations.desk"),
            urgency="soon",
        )
        for firm in affiliated.loosened(work)
    ]


def _called_off(work: UnitOfWork) -> list[Todo]:
    """Draws called off of late, in one line: nobody may have been there to see it."""
    rows = [row for row in lists.over(work) if row.draw.voided_at is not None]
    if not rows:
        return []
    titles = "、".join(row.title for row in rows[:3])
    url = url_for("draws.desk") + "#over"
    return [Todo(gettext("查看近日终止的摇号及原因"), titles, url, count=len(rows))]


def for_contributor(work: UnitOfWork) -> list[Todo]:
    """Commitments to make before the close, and reveals to make after the freeze."""
    found = []
    for row, own in contributor.rows_of(work):
        url = url_for("draws.contribute", number=row.number)
        if own.may_commit:
            words = gettext("为摇号出数：封存一个数")
            found.append(Todo(words, row.title, url, due_at=row.draw.enrol_close_at))
        elif own.may_reveal:
            words = gettext("揭示为摇号封存的数")
            due_at = row.draw.reveal_by_at
            found.append(Todo(words, row.title, url, due_at=due_at, urgency="soon"))
    return found


def _coming(row: lists.Running) -> Todo:
    """A proof that can be handed in from an instant to come: never sooner, and in time."""
    from_at = f"{row.draw.phi_at.astimezone(BEIJING):%m-%d %H:%M}"
    return Todo(
        gettext("监督方证明值未交，%(at)s 起可以提交", at=from_at),
        row.title,
        url_for("draws.show", number=row.number),
        due_at=row.draw.result_by_at,
    )


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Proofs that draws and drawings of replacements wait for; a key, where there is none."""
    due = [(row, row.draw.result_by_at) for row in lists.waiting_for_supervisor(work)]
    due += [
        (row, lists.next_by_at(row.draw, later))
        for row, later in lists.replacing_for_supervisor(work)
    ]
    found = [
        Todo(
            gettext("提交监督方证明值"),
            row.title,
            url_for("draws.proof", number=row.number),
            due_at=due_at,
            urgency="soon",
        )
        for row, due_at in due
    ]
    found += [_coming(row) for row in lists.coming_for_supervisor(work)]
    if not lists.supervisor_keys(work):
        found.append(
            Todo(
                gettext("登记监督方随机密钥"),
                gettext("登记后，业主才能选用“平台与监督方共同”随机源"),
                url_for("draws.supervisor_key"),
            )
        )
    return found
