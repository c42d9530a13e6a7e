"""The life of an import: previewed, confirmed by a person, taken over bit by bit. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class ImportState(StrEnum):
    """How far an import has come."""

    FAULTY = "faulty"
    PREVIEWED = "previewed"
    # Entered by the operator for a firm, which confirms it or does not.
    OFFERED = "offered"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    DISCARDED = "discarded"
    # Taken back by the operator that had offered it, with a reason.
    WITHDRAWN = "withdrawn"


class ImportMove(StrEnum):
    """What happens to an import."""

    OFFER = "offer"
    CONFIRM = "confirm"
    FINISH = "finish"
    STOP = "stop"
    DISCARD = "discard"
    # What becomes of a table that was offered: the firm does not take it, the operator takes it
    # back, or nobody answers.
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_S, _M = ImportState, ImportMove
MOVES: Final[Mapping[tuple[ImportState, ImportMove], ImportState]] = MappingProxyType(
    {
        (_S.PREVIEWED, _M.CONFIRM): _S.RUNNING,
        (_S.PREVIEWED, _M.OFFER): _S.OFFERED,
        (_S.PREVIEWED, _M.DISCARD): _S.DISCARDED,
        (_S.OFFERED, _M.CONFIRM): _S.RUNNING,
        (_S.OFFERED, _M.DECLINE): _S.DISCARDED,
        (_S.OFFERED, _M.WITHDRAW): _S.WITHDRAWN,
        (_S.OFFERED, _M.LAPSE): _S.DISCARDED,
        (_S.RUNNING, _M.FINISH): _S.DONE,
        (_S.RUNNING, _M.STOP): _S.STOPPED,
    }
)
ENDED: Final = frozenset({_S.FAULTY, _S.DONE, _S.STOPPED, _S.DISCARDED, _S.WITHDRAWN})


class IllegalImportMoveError(MarketError):
    """The import is past that step."""

    sentence = msgid("这次导入已经处理过，不能再次确认或放弃。请刷新页面查看结果。")


class TableOfferedError(IllegalImportMoveError):
    """A table that lies with a firm is not simply given up: one side says why."""

    sentence = msgid(
        "这份表格已交机构确认，不能直接放弃。机构不采用的，请写明原因；运营机构要收回的，请写明原因撤回。"
    )


class ImportFaultyError(MarketError):
    """An import with faulty rows cannot be confirmed."""

    sentence = msgid("文件还有 %(count)s 处问题，一行也不会导入。请改正后重新上传。")

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


def first_state(problems: int, fresh: int) -> ImportState:
    """Return the state in which an import begins.

    Args:
        problems: How many faults its file has; one is enough to enter nothing.
        fresh: How many of its rows would change something.

    Returns:
        ``PREVIEWED`` only where there is something to confirm.

    Source: platform default.
    """
    if problems:
        return ImportState.FAULTY
    return ImportState.PREVIEWED if fresh else ImportState.DONE


def advance(state: ImportState, move: ImportMove) -> ImportState:
    """Return the state after a move.

    Args:
        state: How far the import has come.
        move: What is to happen.

    Returns:
        The next state.

    Raises:
        TableOfferedError: It lies with a firm, and would be given up without a word.
        IllegalImportMoveError: That cannot happen now.

    Source: platform default.
    """
    if (state, move) == (ImportState.OFFERED, ImportMove.DISCARD):
        raise TableOfferedError
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalImportMoveError from None
