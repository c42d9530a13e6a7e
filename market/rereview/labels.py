"""How re-reviews are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.rereview.rules import Failure, Finding, RereviewState

declare(
    RereviewState,
    {
        RereviewState.DRAWING: Label(msgid("正在抽取专家"), "progress"),
        RereviewState.REVIEWING: Label(msgid("专家评审中"), "progress"),
        RereviewState.OVERTURNED: Label(msgid("撤销退回"), "good"),
        RereviewState.UPHELD: Label(msgid("维持退回"), "ended"),
        RereviewState.FAILED: Label(msgid("没有形成复评结论"), "warn"),
        RereviewState.REFERRED: Label(msgid("待主管部门裁定"), "progress"),
        RereviewState.LAPSED: Label(msgid("没有形成结论，退回不变"), "ended"),
        RereviewState.WITHDRAWN: Label(msgid("申请人撤回"), "ended"),
        RereviewState.REFUSED: Label(msgid("副本与提交的成果不一致，终止"), "ended"),
        RereviewState.CLOSED: Label(msgid("随合同解除终止"), "ended"),
    },
)
declare(
    Finding,
    {
        Finding.FOUNDED: Label(msgid("退回意见成立"), "bad"),
        Finding.UNFOUNDED: Label(msgid("退回意见不成立"), "good"),
    },
)
declare(
    Failure,
    {
        Failure.NO_PANEL: Label(msgid("没有组成复评小组"), "bad"),
        Failure.SHEETS_MISSING: Label(msgid("到期没有交齐评审表，不能形成多数意见"), "bad"),
    },
)
