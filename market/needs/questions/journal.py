"""What the public log is told of questions: that one was asked, and what was answered."""

from dataclasses import dataclass
from typing import ClassVar, Final

from market.journal import Entry

# A question is entered under this name, not under its asker's account: accounts that ask could
# be matched with accounts that enrol.
ASKER: Final = "asker"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(Entry):
    """Somebody asked: the digest keeps anyone from dropping or rewording the question."""

    kind: ClassVar[str] = "question.asked.v1"
    notice: str
    question: int
    question_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Entry):
    """The owner answered: the digest of the document with the question and its answer."""

    kind: ClassVar[str] = "question.answered.v1"
    notice: str
    question: int
    document_digest: str
