"""The letter to a firm that was chosen, 中选通知书: it follows the award."""

from datetime import timedelta
from typing import Final

from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import AwardState
from market.errors import msgid
from market.letters.actions import issue, withdraw
from market.letters.kinds import LetterKind, declare
from market.letters.queries import of_subject, standing
from market.money import capitals, yuan
from market.needs.model import Need
from market.needs.queries import owner_name

AWARDED: Final = declare(
    LetterKind(
        code="award.letter",
        name=msgid("中选通知书"),
        series="WZX",
        remedies="对中选结果有异议的，依照公告载明的办法提出异议；对异议的处理不服的，可以向事项主管部门投诉。",
    )
)


def keep_letter(work: UnitOfWork, award: Award, need: Need) -> None:
    """Issue the letter when the firm has confirmed, and withdraw it when the award is gone."""
    found = [standing(work, one) for one in of_subject(work, subject_of(award))]
    valid = next((one.letter for one in found if one.withdrawal is None), None)
    if award.state is AwardState.CONFIRMED and valid is None:
        _issue(work, award, need)
    elif award.state in GONE_AWARDS and valid is not None:
        withdraw(work, valid, reason=award.state)


def subject_of(award: Award) -> str:
    """Return what the letters of an award are about."""
    return f"award:{award.id}"


def _issue(work: UnitOfWork, award: Award, need: Need) -> None:
    firm = queries.firm_of(work, award.firm_id)
    chosen = (
        f"贵机构在“{need.title}”（采购需求 {need.number}，中选公告 {award.number}）中被确定为"
        "中选机构，公示期已满，贵机构已确认承接。"
    )
    terms = (
        f"项目业主：{owner_name(work, need)}。中选金额：{yuan(award.price_fen)}元"
        f"（大写：{capitals(award.price_fen)}）。服务时限：{need.service_working_days} 个工作日。"
    )
    issue(
        work,
        AWARDED,
        org_id=firm.organisation_id,
        subject=subject_of(award),
        title="中选通知书",
        by_operator=True,
        paragraphs=(
            chosen,
            terms,
            f"请在 {_last_day(award)}前按公告载明的内容与项目业主签订合同并备案。",
            "中选结果怎样产生、怎样验证，见公告和公开日志。中选失效的，本通知书同时撤销。",
        ),
    )


def _last_day(award: Award) -> str:
    """Return the last day on which the contract can be signed."""
    if award.sign_by_at is None:
        raise ValueError(f"{award.number} is confirmed without a term to sign")
    on = beijing_day(award.sign_by_at - timedelta(seconds=1))
    return f"{on.year}年{on.month}月{on.day}日24时"
