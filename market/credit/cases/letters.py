"""The letters of a case (文书): numbered, each with a code by which anybody can check it.

Letters are written in Chinese, whatever language the reader's screen has.
"""

from datetime import datetime, time, timedelta
from typing import Final

from market.clock import BEIJING
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.queries import breaches_of_case
from market.credit.cases.record import firm_of, rules_of
from market.credit.cases.rules import CaseState
from market.credit.cases.scopes import in_words
from market.db import UnitOfWork
from market.errors import msgid
from market.labels import label_of
from market.letters.actions import issue
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.regulations import current

REMEDIES: Final = (
    "不服本决定的，可以自知道或者应当知道本决定之日起六十日内申请行政复议"
    "（行政复议法第二十条，待核），也可以自知道或者应当知道本决定之日起六个月内"
    "向人民法院提起行政诉讼（行政诉讼法第四十六条，待核）。"
    "以上途径和期限以及是否属于受案范围，由作出决定的单位在送达前核对。"
)
NOTICE = declare(LetterKind(code="credit.notice", name=msgid("信用处理告知书"), series="WGZ"))
SUMMONS = declare(LetterKind(code="credit.summons", name=msgid("听证通知书"), series="WTZ"))
DECISION = declare(
    LetterKind(
        code="credit.decision", name=msgid("信用处理决定书"), series="WJD", remedies=REMEDIES
    )
)
DISMISSAL = declare(LetterKind(code="credit.dismissal", name=msgid("不予处理决定书"), series="WBY"))
CORRECTION = declare(
    LetterKind(code="credit.correction", name=msgid("更正决定书"), series="WGD", remedies=REMEDIES)
)
WITHDRAWAL = declare(LetterKind(code="credit.withdrawal", name=msgid("撤销决定书"), series="WCX"))
REPAIR = declare(
    LetterKind(code="credit.repair", name=msgid("信用修复决定书"), series="WXF", remedies=REMEDIES)
)


def send(
    work: UnitOfWork,
    case: Case,
    kind: LetterKind,
    paragraphs: list[str],
    remedies: str | None = None,
) -> Letter:
    """Issue a letter of a case to its firm."""
    return issue(
        work,
        kind,
        org_id=firm_of(work, case).organisation_id,
        subject=f"credit_case:{case.id}",
        title=f"{kind.name}（{case.number}）",
        paragraphs=paragraphs,
        remedies=remedies,
    )


def notice(work: UnitOfWork, case: Case) -> Letter:
    """Tell the firm facts, evidence, rule, measure, term and its rights (告知书)."""
    facts = [
        f"{number}．{label_of(breach.kind).text}，发生于{_day(breach.occurred_at)}，"
        f"记{breach.points}分。证据：{breach.evidence.rstrip('。；;. ')}。"
        f"依据：{_basis(breach.regulation_id, breach.clause)}。"
        for number, breach in enumerate(breaches_of_case(work, case), start=1)
    ]
    hearing = (
        f"你单位可以在{_until(case.hearing_by_at)}前申请听证。"
        if case.hearing_by_at is not None
        else "拟采取的措施不在听证范围内。"
    )
    return send(
        work,
        case,
        NOTICE,
        [
            "经查，你单位存在下列失信行为：",
            *facts,
            f"事实和理由：{case.grounds}",
            (
                f"拟采取的措施：{measure(case)}。依据：{_rule(case.regulation_id)}；"
                f"期限依据：{_rule(case.terms_regulation_id)}。"
            ),
            (
                f"你单位可以在{_until(case.reply_by_at)}前陈述、申辩，提交证据；期满前可以书面申请延长一次"
                f"（{rules_of(case).integer('case.extension_working_days')}个工作日）。{hearing}"
            ),
            "陈述申辩期满、听证结束前不作出决定；决定由提出人以外的两人作出，不因申辩加重处理。",
        ],
    )


def summons(work: UnitOfWork, case: Case, hearing: CaseHearing, chair: str) -> Letter:
    """Tell the firm when, where and before whom it is heard (听证通知书)."""
    return send(
        work,
        case,
        SUMMONS,
        [
            (
                f"你单位申请的听证，定于{_minute(hearing.held_at)}在{hearing.place}举行，主持人：{chair}。"
                "主持人不是提出本案的人。"
            ),
            (
                "你单位可以亲自参加，也可以委托代理人；认为主持人与本案有直接利害关系的，可以申请回避。"
                "无正当理由不到场的，视为放弃听证。"
            ),
        ],
    )


def decision(work: UnitOfWork, case: Case) -> Letter:
    """Give the firm the decision with its reasons and remedies (决定书)."""
    reasons = f"决定的理由：{case.decision}"
    if case.state is not CaseState.DECIDED:
        return send(
            work, case, DISMISSAL, [reasons, "决定：不予处理。本案不公开，不影响从业状态。"]
        )
    return send(
        work,
        case,
        DECISION,
        [
            reasons,
            (
                f"决定：{measure(case)}，自{_minute(case.effective_at)}起，至{_until(case.ends_at)}止，"
                "期满自动终止。已签订的合同继续履行。"
            ),
            f"依据：{_rule(case.regulation_id)}；{_rule(case.terms_regulation_id)}。",
        ],
    )


def correction(work: UnitOfWork, case: Case, why: str) -> Letter:
    """Tell the firm what its decision says from now on (更正决定书)."""
    corrected = f"更正后：{measure(case)}，至{_until(case.ends_at)}止。原决定其他内容不变。"
    return send(work, case, CORRECTION, [f"更正的理由：{why}", corrected])


def withdrawal(work: UnitOfWork, case: Case, why: str) -> Letter:
    """Tell the firm that its decision is void and what is restored (撤销决定书)."""
    restored = "原决定自始撤销：从业状态即时恢复，认定不成立的失信行为不再计分，公示注明撤销。"
    lost = "措施期间失去的选取机会由作出决定的单位逐项核查，另行告知。"
    return send(work, case, WITHDRAWAL, [f"撤销的理由：{why}", restored, lost])


def repair(work: UnitOfWork, case: Case, why: str, *, granted: bool) -> Letter:
    """Answer a firm's application for repair (信用修复决定书)."""
    said = (
        "决定：同意信用修复，措施即时终止，不再公示。"
        if granted
        else "决定：不予信用修复。补正后可以再次申请。"
    )
    return send(work, case, REPAIR, [f"理由：{why}", said], "" if granted else None)


def measure(case: Case) -> str:
    """Return a case's measure, term and scope in words."""
    return f"{label_of(case.measure).text}，{case.months}个月，适用范围：{in_words(case.scope)}"


def _rule(regulation_id: str) -> str:
    return current().by_id(regulation_id).title


def _basis(regulation_id: str, clause: str) -> str:
    """Return a rule and its clause; what the rule's title says already is not said twice."""
    title = _rule(regulation_id)
    words = "平台默认值" if clause == "platform default" else clause
    return title if words in title else f"{title}（{words}）"


def _day(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日}"


def _minute(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    return (
        f"{local:%Y年%-m月%-d日}0时" if _is_midnight(local) else f"{local:%Y年%-m月%-d日%H时%M分}"
    )


def _until(at: datetime | None) -> str:
    """Return the end of a term: at midnight, the day that ends then."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    if not _is_midnight(local):
        return _minute(at)
    return f"{local - timedelta(days=1):%Y年%-m月%-d日}24时"


def _is_midnight(local: datetime) -> bool:
    return local.time() == time.min
