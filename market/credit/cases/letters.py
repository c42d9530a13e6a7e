"""The letters of a case (文书): numbered, each with a code by which anybody can check it.

Letters are written in Chinese, whatever language the reader's screen has.
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Final

from market.clock import BEIJING
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.queries import breaches_of_case
from market.credit.cases.record import firm_of, rules_of
from market.credit.cases.rules import CaseState
from market.credit.cases.scopes import in_words
from market.credit.model import Breach
from market.credit.queries import unjudged
from market.credit.repair.queries import way_out
from market.db import UnitOfWork
from market.errors import msgid
from market.labels import label_of
from market.letters.actions import issue, withdraw
from market.letters.kinds import LetterKind, declare
from market.letters.model import REASON_LONGEST, Letter
from market.letters.queries import of_subject, standing
from market.regulations import current

NOTICE = declare(LetterKind(code="credit.notice", name=msgid("信用处理告知书"), series="WGZ"))
SUMMONS = declare(LetterKind(code="credit.summons", name=msgid("听证通知书"), series="WTZ"))
DECISION = declare(
    LetterKind(code="credit.decision", name=msgid("信用处理决定书"), series="WJD", contestable=True)
)
DISMISSAL = declare(LetterKind(code="credit.dismissal", name=msgid("不予处理决定书"), series="WBY"))
CORRECTION = declare(
    LetterKind(code="credit.correction", name=msgid("更正决定书"), series="WGD", contestable=True)
)
WITHDRAWAL = declare(LetterKind(code="credit.withdrawal", name=msgid("撤销决定书"), series="WCX"))
REPAIR = declare(
    LetterKind(code="credit.repair", name=msgid("信用修复决定书"), series="WXF", contestable=True)
)

# A card that the platform gave by itself is not yet a finding of anybody.
UNJUDGED: Final = "（平台自动亮牌，尚未经人员认定，你单位可以一并提出意见。）"


def send(
    work: UnitOfWork,
    case: Case,
    kind: LetterKind,
    paragraphs: list[str],
    *,
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
    rows = breaches_of_case(work, case)
    waiting = unjudged(work, rows)
    facts = [
        f"{number}．{label_of(breach.kind).text}，发生于{_day(breach.occurred_at)}，"
        f"记{breach.points}分。证据：{breach.evidence.rstrip('。；;. ')}。"
        f"{UNJUDGED if breach.id in waiting else ''}"
        f"依据：{_basis(breach.regulation_id, breach.clause)}。"
        for number, breach in enumerate(rows, start=1)
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


def summons(
    work: UnitOfWork, case: Case, hearing: CaseHearing, chair: str, why: str = ""
) -> Letter:
    """Tell the firm when, where and before whom it is heard (听证通知书).

    The notice of a hearing that is moved says so; those before it stand no longer.
    """
    before = standing_letters(work, case, SUMMONS)
    numbers = "、".join(letter.number for letter in before)
    moved = (
        f"本通知书替换{numbers}，原通知的时间、地点和主持人不再有效。改期的理由：{why}"
        if before
        else ""
    )
    letter = send(
        work,
        case,
        SUMMONS,
        [
            moved,
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
    for old in before:
        withdraw(work, old, reason=f"听证改期：{why}"[:REASON_LONGEST], replaced_by=letter)
    return letter


def decision(work: UnitOfWork, case: Case) -> Letter:
    """Give the firm the decision with its reasons and remedies (决定书)."""
    reasons = f"决定的理由：{case.decision}"
    waived = (
        f"你单位于{_minute(case.waived_at)}书面表示不再补充、不申请听证，同意期满前作出决定。"
        if case.waived_at is not None
        else ""
    )
    if case.state is not CaseState.DECIDED:
        return send(
            work, case, DISMISSAL, [waived, reasons, "决定：不予处理。本案不公开，不影响从业状态。"]
        )
    return send(
        work,
        case,
        DECISION,
        [
            waived,
            reasons,
            (
                f"决定：{measure(case)}，自{_until(case.effective_at)}起，至{_until(case.ends_at)}止，"
                "期满自动终止。已签订的合同继续履行。"
            ),
            f"依据：{_rule(case.regulation_id)}；{_rule(case.terms_regulation_id)}。",
            _way_out(work, case),
        ],
    )


def _way_out(work: UnitOfWork, case: Case) -> str:
    way = way_out(work, case)
    if way is None or way.from_at is None:
        return ""
    return (
        f"信用修复：最短期限届满后，自{_until(way.from_at)}起，可以在平台本案页面申请信用修复，"
        "写明纠正失信行为、履行义务的情况和证明文件，并公开作出信用承诺；"
        f"主管部门在{way.answer_days}个工作日内由两人答复。"
    )


def correction(work: UnitOfWork, case: Case, why: str) -> Letter:
    """Tell the firm what its decision says from now on (更正决定书)."""
    corrected = (
        f"更正后：{measure(case)}，自{_until(case.effective_at)}起，"
        f"至{_until(case.ends_at)}止。原决定其他内容不变。"
    )
    return send(work, case, CORRECTION, [f"更正的理由：{why}", corrected])


def begun(work: UnitOfWork, case: Case, why: str) -> Letter:
    """Tell the firm from when on a decision bears that was put off and then kept (更正决定书)."""
    said = (
        f"原决定因所依据的亮牌在生效前撤销而暂缓生效。经两人复核，决定维持：{measure(case)}，"
        f"自{_until(case.effective_at)}起，至{_until(case.ends_at)}止，期满自动终止。"
        "原决定所写的起止时间不再适用，其他内容不变。"
    )
    return send(work, case, CORRECTION, [f"复核的理由：{why}", said])


def withdrawal(work: UnitOfWork, case: Case, why: str, gone: Collection[int]) -> Letter:
    """Tell the firm that its decision is void, what is restored and what counts (撤销决定书).

    ``gone`` are the breaches that were never done.
    """
    rows = breaches_of_case(work, case)
    void = [_brief(one) for one in rows if one.id in gone]
    kept = [_brief(one) for one in rows if one.id not in gone]
    restored = "原决定自始撤销：因本决定受到的限制即时解除，公示注明撤销。" + (
        f"下列失信行为认定不成立，不再计分：{'；'.join(void)}。" if void else ""
    )
    if kept:
        restored += f"下列失信行为仍在信用记录中，按规则计分：{'；'.join(kept)}。"
    lost = "措施期间失去的选取机会由作出决定的单位逐项核查，另行告知。"
    return send(work, case, WITHDRAWAL, [f"撤销的理由：{why}", restored, lost])


def repair(work: UnitOfWork, case: Case, why: str, *, granted: bool) -> Letter:
    """Answer a firm's application for repair (信用修复决定书)."""
    said = (
        "决定：同意信用修复，措施即时终止，不再公示。"
        if granted
        else "决定：不予信用修复。补正后可以再次申请。"
    )
    return send(work, case, REPAIR, [f"理由：{why}", said], remedies="" if granted else None)


def remedies_said(work: UnitOfWork, case: Case) -> str:
    """Return what the decision of a case says of review and suit; nothing if nothing can be."""
    found = [
        letter.remedies
        for letter in of_subject(work, f"credit_case:{case.id}")
        if letter.kind == DECISION.code
    ]
    return found[0] if found else ""


def standing_letters(work: UnitOfWork, case: Case, kind: LetterKind) -> list[Letter]:
    """Return the letters of a kind in a case that nothing has replaced or withdrawn."""
    return [
        letter
        for letter in of_subject(work, f"credit_case:{case.id}")
        if letter.kind == kind.code and standing(work, letter).withdrawal is None
    ]


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


def _brief(breach: Breach) -> str:
    return f"{label_of(breach.kind).text}（{_day(breach.occurred_at)}，记{breach.points}分）"


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
