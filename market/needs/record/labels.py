"""How the grounds of a cancellation are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.needs.record.rules import CancelGround

declare(
    CancelGround,
    {
        CancelGround.PROJECT_STOPPED: Label(msgid("项目取消或暂缓")),
        CancelGround.FUNDING: Label(msgid("资金未落实或有调整")),
        CancelGround.WRONG_CONTENT: Label(msgid("公告内容有误，须重新填报")),
        CancelGround.NOT_HERE: Label(msgid("依法应当招标，或者不得在此选取")),
        CancelGround.FORCE_MAJEURE: Label(msgid("不可抗力")),
        CancelGround.ORDERED: Label(msgid("上级或监管部门决定")),
        CancelGround.OTHER: Label(msgid("其他原因")),
    },
)
