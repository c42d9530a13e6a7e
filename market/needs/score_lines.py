"""The sentences of a notice about selection by an expert panel. Pure.

Source: docs/adr/0054-the-highest-total-is-on-the-list.md; handbook domain.md 3 (综合评分).
"""

from typing import TYPE_CHECKING, Final

from market.needs.criteria import SUM
from market.needs.price_cap import award_lines
from market.needs.price_lines import DRAW

if TYPE_CHECKING:
    from market.needs.methods import Terms

_MINUTES_OF_AN_HOUR: Final = 60

_PROPOSALS: Final = (
    "报名机构须在报名截止前提交一份方案（PDF）。方案中不得出现机构名称、统一社会信用代码、人员姓名"
    "等能够识别机构的内容。截止前可以替换，以最后一份为准；每份方案的 SHA-256 写入公开日志。"
    "截止前没有提交方案的，不计入有效机构。"
)
_BLIND: Final = (
    "评审专家只看到报名序号和方案，不看到机构名称；对每份方案的每项标准独立打整数分，"
    "不低于 0 分、不高于该项分值，并写明理由。交分后不能更改；交分时评分表的加盐摘要写入公开日志，"
    "全部交齐或评分时间结束之前，任何人不能看到他人的评分。"
)
_LISTED: Final = (
    f"总分最高的机构列入名单；总分相同的都列入，由{DRAW}抽取 1 家中选；只有一家的，名单只列这一家。"
    "中选机构退出的，只在名单中递补；没有的，本次流标。"
)


def _span(minutes: int) -> str:
    """Return a span of minutes as a reader says it."""
    if minutes % _MINUTES_OF_AN_HOUR:
        return f"{minutes} 分钟"
    return f"{minutes // _MINUTES_OF_AN_HOUR} 小时"


def _handing_in(terms: "Terms") -> str:
    """Return how often, and how long a proposal, a firm hands in."""
    if not terms.most_proposals:
        return _PROPOSALS
    return (
        f"{_PROPOSALS}一份方案不超过 {terms.proposal_pages} 页，"
        f"一家机构最多提交 {terms.most_proposals} 次。"
    )


def _blind(terms: "Terms") -> str:
    """Return how experts score, and how much of a reason they write."""
    least = terms.reason_shortest
    return f"{_BLIND}对每份方案的理由不少于 {least} 个字。" if least else _BLIND


def _total(terms: "Terms") -> str:
    trimmed = (
        f"评审专家不少于 {terms.trim_from} 名的，对每家机构去掉一个最高和一个最低的评分，再求平均；"
        if terms.trim_from
        else ""
    )
    return (
        "一名专家对一家机构各项得分之和为该专家的评分，各专家评分的算术平均数为该机构的总分，"
        f"按分数精确计算，不作舍入。{trimmed}总分低于 {terms.pass_points} 分的，不计入有效机构。"
    )


def score_lines(terms: "Terms") -> list[str]:
    """Return the exact rule of scored selection, sentence by sentence.

    Args:
        terms: What the notice fixes.

    Returns:
        Chinese sentences. They are part of the notice's bytes and are not translated.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md; platform default.
    """
    criteria = "；".join(f"{each.name} {each.points_max} 分" for each in terms.criteria)
    return [
        _handing_in(terms),
        (
            f"报名截止写入公开日志后，由{DRAW}从本事项的评审专家库中另行抽取 {terms.seats} 名专家"
            f"组成评审组，报名截止后 {_span(terms.panel_minutes)}出结果。与业主、运营机构或任何报名"
            f"机构有利害关系的专家回避；回避后可以抽取的专家少于 {terms.fewest_candidates} 名的，"
            "本次流标。随机值晚到、评审时间已不足一半的，本次流标，由同一次抽取的评审组评审下一次公告。"
        ),
        (
            f"抽中的专家须在 {_span(terms.answer_minutes)}内答复是否参加；不参加或逾期未答复的，"
            "以及交分以前离开专家库或应当回避的，按同一次抽取的次序递补。"
        ),
        f"评审标准（满分 {SUM} 分）：{criteria}。价格不评分。",
        _blind(terms),
        _total(terms),
        _LISTED,
        (
            f"评分在报名截止后 {_span(terms.scoring_minutes)}内完成；没有机构提交方案、"
            "评审组已不能组成，或者全部专家交齐的，提前结束。"
            "届时评审组没有组成，或者有专家没有交分的，本次流标；已交的评分表照样公布，不写机构名称。"
            "有效机构少于规定家数的，本次流标。"
        ),
        "全部评分表（专家姓名，对各机构的各项得分和理由，各机构总分）在名单冻结时一并公布。",
        *award_lines(terms.ceiling_fen, capped=terms.capped, computable=terms.computable),
    ]
