"""How the states of a model contract's text are named on screens."""

from market.catalogue.contract_texts.rules import TextMove, TextState
from market.errors import msgid
from market.labels import Label, declare

declare(
    TextState,
    {
        TextState.PROPOSED: Label(msgid("待复核"), "progress"),
        TextState.IN_FORCE: Label(msgid("已发布"), "good"),
        TextState.REFUSED: Label(msgid("复核未通过"), "warn"),
        TextState.REPLACED: Label(msgid("已被新版取代"), "ended"),
        TextState.ENDED: Label(msgid("已停用"), "ended"),
    },
)
declare(
    TextMove,
    {
        TextMove.CONFIRM: Label(msgid("复核通过，发布")),
        TextMove.REFUSE: Label(msgid("复核不通过")),
        TextMove.REPLACE: Label(msgid("由新版取代")),
        TextMove.END: Label(msgid("停用")),
    },
)
