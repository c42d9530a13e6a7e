"""Excluding a firm from a draw: one person proposes, another confirms, the firm objects. Pure."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

WORDS_SHORTEST: Final = 10
# A number as offices write it: 川建罚〔2026〕12号, AJ-2026-000001. Never a sentence.
_BASIS: Final = re.compile(r"(?=.*\d)[\w〔〕\[\]()（）/.-]{4,60}")


class ExclusionState(StrEnum):
    """Where the exclusion of a firm stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    LIFTED = "lifted"


class ExclusionStep(StrEnum):
    """What happens to a proposed exclusion; each at most once."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    OBJECT = "object"
    KEEP = "keep"
    LIFT = "lift"


class BasisKind(StrEnum):
    """What the platform knows of the number that an exclusion rests on."""

    OUTSIDE = "outside"
    DECIDED = "decided"
    UNDECIDED = "undecided"
    OTHERS = "others"
    MISSING = "missing"


_S, _X = ExclusionState, ExclusionStep
EXCLUSION_MOVES: Final[Mapping[tuple[ExclusionState, ExclusionStep], ExclusionState]] = (
    MappingProxyType(
        {
            (_S.PROPOSED, _X.CONFIRM): _S.IN_FORCE,
            (_S.PROPOSED, _X.REFUSE): _S.REFUSED,
            (_S.PROPOSED, _X.OBJECT): _S.PROPOSED,
            (_S.IN_FORCE, _X.OBJECT): _S.IN_FORCE,
            (_S.IN_FORCE, _X.KEEP): _S.IN_FORCE,
            (_S.IN_FORCE, _X.LIFT): _S.LIFTED,
        }
    )
)
DECIDING: Final = (_X.CONFIRM, _X.REFUSE, _X.KEEP, _X.LIFT)


class ExclusionOverError(MarketError):
    """The step does not fit where the exclusion stands."""

    sentence = msgid("该项排除已经办过这一步或者已经办结。请刷新页面查看。")


class BasisError(MarketError):
    """Nobody is excluded without a number that others can look up."""

    sentence = msgid(
        "请填写案件编号、决定文号或者证据文件的编号（4 至 60 个字符，含数字，不写句子和人名）。"
    )

    def __init__(self) -> None:
        super().__init__(field="basis")


class ExclusionWordsError(MarketError):
    """Whoever refuses, keeps, lifts or objects says why."""

    sentence = msgid("请写明理由（至少 %(least)s 个字）。")

    def __init__(self) -> None:
        super().__init__(field="words", least=WORDS_SHORTEST)


class ExclusionAnswerError(MarketError):
    """A firm that objected is answered, also by whoever confirms."""

    sentence = msgid(
        "机构已经提出异议。请针对异议写明答复（至少 %(least)s 个字），机构和监督机构可以看到。"
    )

    def __init__(self) -> None:
        super().__init__(field="words", least=WORDS_SHORTEST)


def state_after(steps: Collection[ExclusionStep]) -> ExclusionState:
    """Return where an exclusion stands.

    Args:
        steps: The steps taken so far.

    Returns:
        Its state.

    Source:
        Platform default; docs/adr/0099.
    """
    if _X.LIFT in steps:
        return _S.LIFTED
    if _X.REFUSE in steps:
        return _S.REFUSED
    return _S.IN_FORCE if _X.CONFIRM in steps else _S.PROPOSED


def is_unanswered(steps: Collection[ExclusionStep]) -> bool:
    """Whether the firm objected and nobody has answered.

    Args:
        steps: The steps in the order in which they were taken.

    Returns:
        True unless a person of the operator decided after the objection.

    Source:
        Platform default; docs/adr/0099.
    """
    return _X.OBJECT in steps and not set(DECIDING) & set(
        list(steps)[list(steps).index(_X.OBJECT) :]
    )


def advance_exclusion(steps: Collection[ExclusionStep], step: ExclusionStep) -> ExclusionState:
    """Return the state after one more step.

    Args:
        steps: The steps in the order in which they were taken.
        step: The next one.

    Returns:
        The new state.

    Raises:
        ExclusionOverError: It does not fit, or was taken before; only an unanswered objection
            is answered by keeping.

    Source:
        Platform default; docs/adr/0099.
    """
    fits = step not in steps and (step is not _X.KEEP or is_unanswered(steps))
    found = EXCLUSION_MOVES.get((state_after(steps), step))
    if found is None or not fits:
        raise ExclusionOverError
    return found


def possible(steps: Collection[ExclusionStep]) -> tuple[ExclusionStep, ...]:
    """Return what a second person may decide now.

    Args:
        steps: The steps in the order in which they were taken.

    Returns:
        The deciding steps that fit, in their usual order.

    Source:
        Platform default; docs/adr/0099.
    """
    return tuple(
        step
        for step in DECIDING
        if (state_after(steps), step) in EXCLUSION_MOVES
        and step not in steps
        and (step is not _X.KEEP or is_unanswered(steps))
    )


def words_of(step: ExclusionStep, typed: str, taken: Collection[ExclusionStep] = ()) -> str:
    """Return the reason of a step as it is kept; a confirmation needs one if there is an objection.

    Args:
        step: The step.
        typed: What somebody wrote.
        taken: The steps before it, in the order in which they were taken.

    Returns:
        The words without blanks around them.

    Raises:
        ExclusionWordsError: They are too few.
        ExclusionAnswerError: They are too few to answer the firm's objection.

    Source:
        Platform default; docs/adr/0099.
    """
    words = typed.strip()
    if step in DECIDING and is_unanswered(taken) and len(words) < WORDS_SHORTEST:
        raise ExclusionAnswerError
    if step is not _X.CONFIRM and len(words) < WORDS_SHORTEST:
        raise ExclusionWordsError
    return words


def basis_of(typed: str) -> str:
    """Return the number of the case, decision or file that an exclusion rests on.

    Args:
        typed: What somebody wrote.

    Returns:
        The number without blanks.

    Raises:
        BasisError: It is none.

    Source:
        Platform default; docs/adr/0099.
    """
    number = "".join(typed.split())
    if not _BASIS.fullmatch(number):
        raise BasisError
    return number
