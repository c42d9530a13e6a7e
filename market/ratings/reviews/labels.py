"""How examinations of bad ratings and call-backs are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.ratings.reviews.rules import CallAnswer, CallState, CallWhy, Finding, ReviewState

declare(
    ReviewState,
    {
        ReviewState.HEARING: Label(msgid("待被评价方申诉"), "progress"),
        ReviewState.EXAMINING: Label(msgid("核查中"), "progress"),
        ReviewState.PROPOSED: Label(msgid("已提出核查意见，待另一人决定"), "progress"),
        ReviewState.STANDS: Label(msgid("核查结论：评价有效"), "good"),
        ReviewState.CORRECTED: Label(msgid("核查结论：已隐藏"), "warn"),
    },
)
declare(
    Finding,
    {
        Finding.STANDS: Label(msgid("评价有效，予以保留")),
        Finding.INSULT: Label(msgid("文字含侮辱、谩骂：隐藏文字，分数有效")),
        Finding.PERSONAL: Label(msgid("文字含个人信息或者商业秘密：隐藏文字，分数有效")),
        Finding.OFF_MATTER: Label(msgid("与本合同无关：隐藏评价，不计入平均")),
        Finding.CONFLICT: Label(msgid("评价方应当回避而没有回避：隐藏评价，不计入平均")),
    },
)
declare(
    CallWhy,
    {
        CallWhy.BAD: Label(msgid("差评核查后回访")),
        CallWhy.SAMPLE: Label(msgid("抽查回访")),
    },
)
declare(
    CallState,
    {
        CallState.DUE: Label(msgid("待回访"), "progress"),
        CallState.SATISFIED: Label(msgid("回访：满意"), "good"),
        CallState.UNSATISFIED: Label(msgid("回访：不满意"), "bad"),
        CallState.UNREACHED: Label(msgid("回访：联系不上"), "ended"),
    },
)
declare(
    CallAnswer,
    {
        CallAnswer.SATISFIED: Label(msgid("满意"), "good"),
        CallAnswer.UNSATISFIED: Label(msgid("不满意"), "bad"),
        CallAnswer.NOBODY: Label(msgid("没有联系上"), "ended"),
    },
)
