"""How ratings are named on screens, and the words of the five things for each rated side."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.errors import msgid
from market.labels import Label, declare
from market.ratings.covers.rules import CoverGround
from market.ratings.rules import Dimension, Direction, Rated, RatingState, WhyLow

declare(
    Direction,
    {
        Direction.OWNER_FIRM: Label(msgid("业主评价中介机构")),
        Direction.FIRM_OWNER: Label(msgid("中介机构评价业主")),
        Direction.AUTHORITY_FIRM: Label(msgid("主管部门评价中介机构")),
        Direction.FIRM_AUTHORITY: Label(msgid("中介机构评价主管部门")),
    },
)
declare(
    Rated,
    {
        Rated.FIRM: Label(msgid("中介机构")),
        Rated.OWNER: Label(msgid("项目业主")),
        Rated.AUTHORITY: Label(msgid("主管部门")),
    },
)
declare(
    Dimension,
    {
        Dimension.QUALITY: Label(msgid("质量")),
        Dimension.TIMELINESS: Label(msgid("时效")),
        Dimension.ATTITUDE: Label(msgid("态度")),
        Dimension.MONEY: Label(msgid("收费付款")),
        Dimension.CONDUCT: Label(msgid("规范")),
    },
)
declare(
    WhyLow,
    {
        WhyLow.QUALITY: Label(msgid("质量或者资料不符合要求")),
        WhyLow.LATE: Label(msgid("拖延、超期")),
        WhyLow.ATTITUDE: Label(msgid("态度差、不配合")),
        WhyLow.MONEY: Label(msgid("收费或者付款不按约定")),
        WhyLow.UNFOUNDED: Label(msgid("提出没有依据的要求")),
        WhyLow.OTHER: Label(msgid("其他（请在内容中写明）")),
    },
)
declare(
    RatingState,
    {
        RatingState.WAITING: Label(msgid("待评价"), "progress"),
        RatingState.SEALED: Label(msgid("已评价，密封中"), "progress"),
        RatingState.LAPSED: Label(msgid("逾期未评，待公开"), "warn"),
        RatingState.RELEASED: Label(msgid("已公开"), "good"),
        RatingState.DEFAULTED: Label(msgid("逾期未评（默认）"), "ended"),
        RatingState.TRIMMED: Label(msgid("文字已隐藏，分数有效"), "warn"),
        RatingState.HIDDEN: Label(msgid("已隐藏，不计入平均"), "ended"),
    },
)
_D = Dimension
WORDS: Final[Mapping[Rated, Mapping[Dimension, str]]] = MappingProxyType(
    {
        Rated.FIRM: {
            _D.QUALITY: msgid("服务质量"),
            _D.TIMELINESS: msgid("服务时效"),
            _D.ATTITUDE: msgid("服务态度"),
            _D.MONEY: msgid("收费"),
            _D.CONDUCT: msgid("规范执业"),
        },
        Rated.OWNER: {
            _D.QUALITY: msgid("资料提供"),
            _D.TIMELINESS: msgid("配合时效"),
            _D.ATTITUDE: msgid("沟通态度"),
            _D.MONEY: msgid("付款"),
            _D.CONDUCT: msgid("规范履约"),
        },
        Rated.AUTHORITY: {
            _D.QUALITY: msgid("要求明确"),
            _D.TIMELINESS: msgid("办理时效"),
            _D.ATTITUDE: msgid("服务态度"),
            _D.MONEY: msgid("不转嫁费用"),
            _D.CONDUCT: msgid("规范廉洁"),
        },
    }
)
declare(
    CoverGround,
    {
        CoverGround.NAME: Label(msgid("含自然人姓名")),
        CoverGround.CONTACT: Label(msgid("含电话、邮箱等联系方式")),
        CoverGround.IDENTITY: Label(msgid("含证件号码")),
        CoverGround.ADDRESS: Label(msgid("含住址")),
        CoverGround.OTHER: Label(msgid("含其他能识别自然人的信息")),
    },
)
