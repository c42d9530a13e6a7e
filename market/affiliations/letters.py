"""The letters of a grouping case: each firm gets its own, numbered, with how to object.

Letters are written in Chinese, whatever language the reader's screen has.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from market.affiliations import labels as labels  # noqa: PLC0414 - registers the labels
from market.affiliations import messages, queries
from market.affiliations.model import AffiliationObjection, Grouping
from market.affiliations.rules import GroupState
from market.clock import BEIJING
from market.db import UnitOfWork
from market.errors import msgid
from market.firms.model import Firm
from market.labels import label_of
from market.letters.actions import issue, withdraw
from market.letters.kinds import LetterKind, declare
from market.letters.model import REASON_LONGEST, Letter, LetterWithdrawal
from market.messages.actions import tell
from market.messages.kinds import Kind
from market.regulations import current

NOTICE: Final = declare(
    LetterKind(
        code="affiliation.notice",
        name=msgid("关联组认定告知书"),
        series="WLG",
        remedies="逾期不陈述意见的，不影响依法作出决定；陈述意见不会使决定加重。",
    )
)
DECISION: Final = declare(
    LetterKind(
        code="affiliation.decision",
        name=msgid("关联组认定决定书"),
        series="WLR",
        remedies=(
            "对本决定不服的，可以自收到之日起随时在平台上对本关联组提出异议，由作出决定的人以外的人员"
            "在规则规定的期限内书面答复，异议成立的立即解除；也可以向事项主管部门投诉。"
        ),
    )
)


def tell_opened(work: UnitOfWork, group: Grouping) -> None:
    """Give each firm the facts that are put to it, with its time to speak (告知书)."""
    for firm, others in _each(work, group):
        letter = _send(
            work,
            group,
            firm,
            NOTICE,
            [
                f"运营机构拟认定你单位与{others}受同一控制人控制，为关联组。",
                f"认定理由：{label_of(group.ground).text}。事实和依据：{group.facts}",
                f"依据：{current().by_id(group.regulation_id).title}。",
                (
                    f"你单位可以在{_moment(group.state_by_at)}前登录平台陈述意见，附具事实和证据。"
                    "期满以前，或者各机构陈述以前，不作出决定；决定由立案人以外的人员作出。"
                ),
                "认定以后，上列机构在同一次摇号中只有一张号票。",
            ],
        )
        _tell(
            work,
            group,
            firm,
            messages.OPENED,
            others=others,
            letter=letter.number,
            ground=group.ground,
            until=group.state_by_at,
        )


def tell_decided(work: UnitOfWork, group: Grouping) -> None:
    """Give each firm the decision, from when it holds, what it means, and how to object."""
    for firm, others in _each(work, group):
        if group.state is not GroupState.CONFIRMED or group.effective_at is None:
            _tell(work, group, firm, messages.REJECTED, others=others)
            continue
        letter = _send(
            work,
            group,
            firm,
            DECISION,
            [
                (
                    f"决定：认定你单位与{others}受同一控制人控制，为关联组"
                    f"（{label_of(group.ground).text}），自{_from(group.effective_at)}起生效。"
                ),
                f"决定的理由：{group.decision}",
                f"依据：{current().by_id(group.regulation_id).title}。",
                (
                    "生效以后，上列机构在同一次摇号中只有一张号票。生效时报名名单尚未冻结的摇号同样适用："
                    "冻结名单时，同组机构只保留报名在先的一家，其余列为不符合条件并载明理由；"
                    "已经冻结名单的、已经摇号的，不受影响，已签订的合同继续履行。"
                ),
            ],
        )
        _tell(
            work,
            group,
            firm,
            messages.CONFIRMED,
            others=others,
            letter=letter.number,
            at=group.effective_at,
        )


def tell_undone(work: UnitOfWork, group: Grouping, why: str) -> None:
    """Withdraw the decisions, and tell every firm that it has a ticket of its own again."""
    issued = {letter.org_id: letter for letter in standing(work, group)}
    for firm, others in _each(work, group):
        letter = issued.get(firm.organisation_id)
        if letter is not None:
            withdraw(work, letter, reason=f"异议成立，解除关联组：{why}"[:REASON_LONGEST])
        number = letter.number if letter is not None else group.number
        _tell(work, group, firm, messages.UNDONE, others=others, letter=number, at=work.now)


def tell_answered(work: UnitOfWork, one: AffiliationObjection, firm: Firm) -> None:
    """Tell a firm that its objection was answered."""
    tell(
        work,
        messages.OBJECTION_ANSWERED,
        org_id=firm.organisation_id,
        path="/affiliations/own",
        once=one.number,
        number=one.number,
        about=one.subject,
        state=one.state,
    )


def issued(work: UnitOfWork, group: Grouping, org_id: int | None = None) -> Sequence[Letter]:
    """Return the letters of a case, or those to one organisation, the latest first."""
    wanted = select(Letter).where(Letter.subject == subject_of(group)).order_by(Letter.id.desc())
    if org_id is not None:
        wanted = wanted.where(Letter.org_id == org_id)
    return work.session.scalars(wanted).all()


def standing(work: UnitOfWork, group: Grouping) -> Sequence[Letter]:
    """Return the decisions of a case that were not withdrawn."""
    gone = select(LetterWithdrawal.letter_id)
    return work.session.scalars(
        select(Letter).where(
            Letter.subject == subject_of(group),
            Letter.kind == DECISION.code,
            Letter.id.not_in(gone),
        )
    ).all()


def subject_of(group: Grouping) -> str:
    """Return what the letters of a case are about."""
    return f"affiliation_group:{group.id}"


def _each(work: UnitOfWork, group: Grouping) -> list[tuple[Firm, str]]:
    """Return each firm of a case, and the names of the others in one line."""
    firms = [firm for _, firm in queries.firms_of(work, group)]
    return [(one, "、".join(each.name for each in firms if each is not one)) for one in firms]


def _send(
    work: UnitOfWork, group: Grouping, firm: Firm, kind: LetterKind, paragraphs: list[str]
) -> Letter:
    return issue(
        work,
        kind,
        org_id=firm.organisation_id,
        subject=subject_of(group),
        title=f"{kind.name}（{group.number}）",
        paragraphs=paragraphs,
    )


def _tell(work: UnitOfWork, group: Grouping, firm: Firm, kind: Kind, **values: Any) -> None:  # noqa: ANN401 - as ``tell`` takes them
    tell(
        work,
        kind,
        org_id=firm.organisation_id,
        path=f"/affiliations/cases/{group.number}",
        once=group.number,
        number=group.number,
        **values,
    )


def _from(at: datetime) -> str:
    """Return the midnight from which something holds, in words."""
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日}0时"


def _moment(at: datetime) -> str:
    """Return an instant in words: the midnight that ends a term, as the end of its day."""
    local = at.astimezone(BEIJING)
    if local.time() == time.min:
        return f"{local - timedelta(days=1):%Y年%-m月%-d日}24时"
    return f"{local:%Y年%-m月%-d日%H时%M分}"
