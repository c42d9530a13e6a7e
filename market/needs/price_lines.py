"""The sentences of a notice about prices: sealed quotes, their mean, discounts, live bids. Pure."""

from typing import TYPE_CHECKING, Final

from market.needs.prices import QuoteUnit, greatest_discount, percent, price_at, yuan

if TYPE_CHECKING:
    from market.needs.methods import Terms

DRAW: Final = "公开摇号协议 ismdraw/v1"
# docs/spec/lottery-v1.md section 4: no firm has more tickets.
MOST_TICKETS: Final = 1000

_BY_DISCOUNT: Final = (
    "价格以下浮率表示：下浮率为万分之一的整数倍，报价（元）=服务费上限−服务费上限×下浮率，"
    "其中“服务费上限×下浮率”不足一分的部分舍去。"
)


def discount_lines(terms: "Terms") -> list[str]:
    """Return what a notice says of prices stated as discounts; nothing where they are amounts."""
    if terms.unit is QuoteUnit.AMOUNT:
        return []
    example = yuan(price_at(terms.ceiling_fen, 1000))
    said = f"例如下浮 10.00% 的报价为 {example}。不是由这样的下浮率得出的报价无效。"
    return [_BY_DISCOUNT + said]


def floor_part(terms: "Terms") -> str:
    """Return the part of a sentence that names the floor; nothing without one."""
    if not terms.floor_fen:
        return ""
    part = f"、不低于报价下限 {yuan(terms.floor_fen)}"
    if terms.unit is QuoteUnit.DISCOUNT:
        part += f"（下浮率不高于 {percent(greatest_discount(terms.ceiling_fen, terms.floor_fen))}）"
    return part


def _mean(terms: "Terms") -> list[str]:
    listed = "、".join(percent(each) for each in terms.coefficients_bp)
    most = MOST_TICKETS // len(terms.coefficients_bp)
    return [
        (
            f"以全部有效报价的算术平均数为均价；{_trimmed(terms.trim_from)}"
            "均价和目标价都按分数精确计算，不作舍入。"
        ),
        (
            f"系数为下列 {len(terms.coefficients_bp)} 个之一，机会均等：{listed}。"
            "目标价=均价×系数。每个系数对应报价与其目标价相差最小的有效报价机构，相差相同的都对应。"
        ),
        (
            "每个系数分成同样多的号，由对应的机构平分（号数取使各系数都能整分的最小数）；"
            f"如有机构的号数因此超过 {MOST_TICKETS}，改为每个系数 {most} 号，平分时舍去余数，"
            "每家至少 1 号。机构的号数就是其在名单中的权重；没有被任何系数对应的机构不列入名单。"
        ),
        (
            f"报价全部开启、名单冻结之后，由{DRAW}从全部号中抽取一号：抽中的号属于哪个系数，"
            "就是抽中哪个系数，该号的机构中选。系数、目标价、机构和号的对照表（weights.json）"
            "在名单冻结时公布。候补按同一次摇号的次序。信用分不影响号数。"
        ),
    ]


def _trimmed(least: int) -> str:
    if not least:
        return ""
    return f"有效报价不少于 {least} 家的，计算均价时去掉一个最高报价和一个最低报价；"


_SEALING: Final = (
    "报名机构须在报名截止前封存报价。提交的只是承诺值，即下列五行文字（UTF-8，每行以换行符结束）"
    "的 SHA-256：zjcs/quote/v1；公告编号；机构统一社会信用代码；以分为单位的报价；"
    "64 位十六进制盐值。截止前可以重新封存，以最后一次为准。"
)


def _how_often(most: int) -> str:
    return f"一家机构最多封存 {most} 次。" if most else ""


def _opening(minutes: int) -> str:
    return (
        f"报名截止后 {minutes} 分钟内，机构凭封存时保存的报价文件开启报价。"
        "开启的内容须与承诺值一致，因此不能更改。"
    )


def _lowest() -> str:
    return (
        f"报价最低的机构列入名单；最低报价相同的都列入，由{DRAW}抽取 1 家中选；"
        "只有一家的，名单只列这一家。中选机构退出的，只在最低报价相同的机构中递补；没有的，本次流标。"
    )


def _shown(percent: int) -> str:
    return (
        "符合资格的机构开启的全部报价在名单冻结时一并公布，此前不在任何页面显示；"
        "未封存和未开启的公布报名序号，封存而不开启的记入信用记录。"
        f"有效报价低于其平均数 {percent}% 的，标注“异常低价”公示。"
    )


def _sealed(terms: "Terms") -> list[str]:
    ceiling, floor = yuan(terms.ceiling_fen), floor_part(terms)
    return [
        _SEALING + _how_often(terms.most_seals),
        *discount_lines(terms),
        _opening(terms.opening_minutes),
        f"按时开启且不高于服务费上限 {ceiling}{floor}的为有效报价；没有有效报价的机构不列入名单。",
        "有效报价少于规定家数的，本次流标，不公布报价。",
    ]


def mean_lines(terms: "Terms") -> list[str]:
    """Return the exact rule of sealed quotes and their mean price."""
    return [
        *_sealed(terms),
        *_mean(terms),
        _shown(terms.abnormal_low_percent),
        "中选价为中选机构的报价，合同价不得高于中选价。",
    ]


def lowest_lines(terms: "Terms") -> list[str]:
    """Return the exact rule of sealed quotes of which the lowest is selected."""
    return [
        *_sealed(terms),
        _lowest(),
        _shown(terms.abnormal_low_percent),
        "中选价为中选机构的报价，合同价不得高于中选价。",
    ]


def bid_lines(terms: "Terms") -> list[str]:
    """Return the rules of a live bidding session, sentence by sentence."""
    minutes, least = terms.bidding_minutes, terms.bidding_least_minutes
    return [
        (
            f"报名截止写入公开日志时竞价开始，最长 {minutes} 分钟。报名机构在线出价，"
            "每次出价即时公开金额、时间和报名序号，不显示机构名称；名称在名单冻结时公布。"
        ),
        *discount_lines(terms),
        (
            f"首次出价不高于服务费上限 {yuan(terms.ceiling_fen)}。此后每次出价须比当前最低价"
            f"至少低 {_step(terms)}；已是最低价的机构不能再出价。{_floor_rule(terms)}"
        ),
        (
            f"每次有效出价使剩余时间重新成为 {terms.countdown_seconds} 秒，但竞价在开始后 {least} "
            f"分钟内不结束，也不超过 {minutes} 分钟的最长时间；剩余时间用完即结束。没有出价时，"
            "到最长时间结束。出价时间以平台取得写入顺序时的时钟为准，取整秒。"
        ),
        (
            "出价写入公开日志，不能撤回或更改。没有出价的机构不列入名单；"
            "出价机构少于规定家数的，本次流标。"
        ),
        (
            "竞价结束时持有最低价的机构列入名单；并列的都列入，"
            f"由{DRAW}抽取 1 家中选；只有一家的，名单只列这一家。中选机构退出的，"
            "只在名单中递补；没有的，本次流标。"
        ),
        (
            "竞价结束时持有最低价的机构（并列的，其中任何一家）到名单冻结时不符合资格的，不论什么原因，"
            "本次竞价作废并流标，出价较高的机构不替补。因机构自身原因失去资格的，记入信用记录。"
        ),
        (
            "各机构的最后一次出价连同名称在名单冻结时公布；低于其平均数 "
            f"{terms.abnormal_low_percent}% 的，标注“异常低价”公示。"
        ),
        "中选价为中选机构的最后一次出价，合同价不得高于中选价。",
    ]


def _step(terms: "Terms") -> str:
    if terms.unit is QuoteUnit.DISCOUNT:
        return f"{percent(terms.step_bp)}（下浮率之差）"
    return yuan(terms.step_fen)


def _at_most(terms: "Terms") -> str:
    if terms.unit is QuoteUnit.AMOUNT:
        return ""
    most = greatest_discount(terms.ceiling_fen, terms.floor_fen)
    return f"，即下浮率不高于 {percent(most)}，下限价 {yuan(terms.lowest_fen)}"


def _floor_rule(terms: "Terms") -> str:
    if not terms.floor_fen:
        return "不设报价下限。"
    return (
        f"出价不得低于报价下限 {yuan(terms.floor_fen)}{_at_most(terms)}；"
        "与当前最低价相差不足一个幅度时，可以直接出到下限。"
        "最低价到达下限后，其他机构仍可各出一次下限价，但不再重新计时。"
    )
