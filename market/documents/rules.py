"""Which documents there are, whose they are and how each is decided. Pure functions, no I/O."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class DocKind(StrEnum):
    """What a document is."""

    LICENCE = "licence"
    LEGAL_ID = "legal-id"
    PROMISE = "promise"
    CERTIFICATE = "certificate"
    LETTER = "letter"
    TRUSTEE_ID = "trustee-id"
    INSURANCE = "insurance"
    PERFORMANCE = "performance"
    EVIDENCE = "evidence"
    TITLE = "title"
    EMPLOYMENT = "employment"


# Papers that exist on paper: what is handed in of them is a picture, not a file to be edited.
SCANS: Final = frozenset(
    {
        DocKind.LICENCE,
        DocKind.LEGAL_ID,
        DocKind.PROMISE,
        DocKind.CERTIFICATE,
        DocKind.LETTER,
        DocKind.TRUSTEE_ID,
        DocKind.TITLE,
    }
)
SCAN_ENDINGS: Final = ("pdf", "jpg", "jpeg", "png")


def may_be(kind: DocKind, name: str) -> bool:
    """Return whether a file of a name may be handed in as a document of a kind.

    Args:
        kind: What the document is.
        name: The file's name, whose ending says what it is.

    Source: platform default.
    """
    return kind not in SCANS or name.rpartition(".")[2].lower() in SCAN_ENDINGS


class Subject(StrEnum):
    """What a document proves something about: the row that its number names."""

    FIRM = "firm"
    QUALIFICATION = "qualification"
    DELEGATE = "delegate"
    INSURANCE = "insurance"
    PAST_PROJECT = "past-project"
    OWNER = "owner"
    BUYER = "buyer"
    OBJECTION = "objection"
    EXPERT = "expert"


class DocState(StrEnum):
    """Whether somebody has looked at a document and taken it."""

    HELD = "held"
    CLEARED = "cleared"
    REJECTED = "rejected"
    REPLACED = "replaced"


class DocMove(StrEnum):
    """What can be done to a document."""

    CLEAR = "clear"
    REJECT = "reject"
    REPLACE = "replace"


class Suspicion(StrEnum):
    """What a machine found odd in a file that may still be harmless."""

    TRAILING = "trailing"
    FORM_ACTIONS = "form-actions"
    FORM_XFA = "form-xfa"
    TOO_COMPLEX = "too-complex"
    OUTSIDE_PICTURE = "outside-picture"
    EMBEDDED_OBJECT = "embedded-object"


ALLOWED: Final[Mapping[Subject, tuple[DocKind, ...]]] = MappingProxyType(
    {
        Subject.FIRM: (
            DocKind.LICENCE,
            DocKind.LEGAL_ID,
            DocKind.PROMISE,
        ),
        Subject.QUALIFICATION: (DocKind.CERTIFICATE,),
        Subject.DELEGATE: (DocKind.LETTER, DocKind.TRUSTEE_ID),
        Subject.INSURANCE: (DocKind.INSURANCE,),
        Subject.PAST_PROJECT: (DocKind.PERFORMANCE,),
        Subject.OWNER: (DocKind.LICENCE, DocKind.LETTER, DocKind.TRUSTEE_ID),
        Subject.BUYER: (DocKind.LETTER,),
        Subject.OBJECTION: (DocKind.EVIDENCE,),
        Subject.EXPERT: (DocKind.TITLE, DocKind.EMPLOYMENT),
    }
)

# What is about a person: who looked at it, and when, is written down and shown.
PERSONAL: Final = frozenset(
    {
        DocKind.LEGAL_ID,
        DocKind.LETTER,
        DocKind.TRUSTEE_ID,
        DocKind.INSURANCE,
        DocKind.EVIDENCE,
        DocKind.TITLE,
        DocKind.EMPLOYMENT,
    }
)

MOVES: Final[Mapping[tuple[DocState, DocMove], DocState]] = MappingProxyType(
    {
        (DocState.HELD, DocMove.CLEAR): DocState.CLEARED,
        (DocState.HELD, DocMove.REJECT): DocState.REJECTED,
        (DocState.HELD, DocMove.REPLACE): DocState.REPLACED,
        (DocState.CLEARED, DocMove.REPLACE): DocState.REPLACED,
        (DocState.REJECTED, DocMove.REPLACE): DocState.REPLACED,
    }
)

REASON_SHORTEST: Final = 5


class DocumentDecidedError(MarketError):
    """The document is not one that the move can be made with."""

    sentence = msgid("这份材料已经处理，或者已被新版本替换。请刷新页面，按最新状态办理。")


class DocumentKindError(MarketError):
    """The subject is not proved by a document of this kind."""

    sentence = msgid("此处不收这一类材料。请从材料清单中选择要上传的项目。")


class NotAScanError(MarketError):
    """A paper is handed in as a file that can be edited."""

    sentence = msgid("这项材料须上传原件的扫描件或照片：请上传 PDF、JPG 或 PNG 文件。")

    def __init__(self) -> None:
        super().__init__(field="file")


class DocumentReasonError(MarketError):
    """A refusal, or the release of a suspicious file, needs its reason."""

    sentence = msgid("退回材料，或者放行系统提示可疑的文件，须写明理由（至少 5 个字）。")

    def __init__(self) -> None:
        super().__init__(field="reason")


def advance(state: DocState, move: DocMove) -> DocState:
    """Return the state after a move.

    Args:
        state: Where the document stands.
        move: What is done to it.

    Returns:
        The new state.

    Raises:
        DocumentDecidedError: The state does not allow the move.

    Source: platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise DocumentDecidedError from None


def check_kind(subject: Subject, kind: DocKind) -> None:
    """Refuse a kind of document that proves nothing about its subject.

    Args:
        subject: What the document would be about.
        kind: What it is.

    Raises:
        DocumentKindError: They do not belong together.

    Source: handbook domain.md 4.2; the list is a platform default.
    """
    if kind not in ALLOWED[subject]:
        raise DocumentKindError


def reason_of(typed: str, *, required: bool) -> str:
    """Return a reason as it is kept.

    Args:
        typed: What somebody wrote.
        required: Whether there has to be one.

    Returns:
        The words without blanks around them.

    Raises:
        DocumentReasonError: There has to be one and it is too short.

    Source: platform default.
    """
    words = typed.strip()
    if required and len(words) < REASON_SHORTEST:
        raise DocumentReasonError
    return words


def suspicions_of(stored: str) -> tuple[Suspicion, ...]:
    """Return what a machine found, from the way it is stored: codes and blanks."""
    return tuple(map(Suspicion, stored.split()))


def stored_suspicions(found: Iterable[Suspicion]) -> str:
    """Return findings as they are stored: each once, in the order of their declaration."""
    wanted = set(found)
    return " ".join(one for one in Suspicion if one in wanted)
