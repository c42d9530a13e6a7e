"""What one operator proposes and another publishes, version after version; one is in force."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy import select

from market.catalogue.contract_texts.errors import NoTextWordsError
from market.catalogue.contract_texts.model import ModelText
from market.catalogue.contract_texts.rules import TextMove, TextState, advance
from market.catalogue.report_templates.model import ReportTemplate
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.reasons import long_enough

WORDS_SHORTEST: Final = 5
Row = TypeVar("Row", ModelText, ReportTemplate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Generic[Row]):
    """How one kind of them is published.

    ``beside`` finds the versions of the same thing; ``tell`` tells the log of a version's new
    state; ``proposer`` is what whoever proposed is called.
    """

    model: type[Row]
    beside: Callable[[UnitOfWork, Row], Sequence[Row]]
    tell: Callable[[UnitOfWork, Row], None]
    proposer: str

    def confirm(self, work: UnitOfWork, row: Row) -> None:
        """Publish what a colleague proposed; the version before it is replaced.

        Raises:
            IllegalTextMoveError: It does not wait for that.
            SeparationOfDutiesError: It is the proposer's own.
        """
        row = self._locked(work, row)
        state = advance(row.state, TextMove.CONFIRM)
        self._by_another(work, row)
        for before in self.beside(work, row):
            if before.state is TextState.IN_FORCE:
                before.state = advance(before.state, TextMove.REPLACE)
                work.session.flush()  # one is in force at any time
                self.tell(work, before)
        self._decide(work, row, state, "")

    def refuse(self, work: UnitOfWork, row: Row, words: str) -> None:
        """Refuse what a colleague proposed, saying why.

        Raises:
            IllegalTextMoveError: It does not wait for that.
            SeparationOfDutiesError: It is the proposer's own.
            NoTextWordsError: It is not said why.
        """
        row = self._locked(work, row)
        state = advance(row.state, TextMove.REFUSE)
        self._by_another(work, row)
        self._decide(work, row, state, long_enough(words, WORDS_SHORTEST, NoTextWordsError))

    def end(self, work: UnitOfWork, row: Row, words: str) -> None:
        """Take a version out of use, saying why; what was made after it stays as it is.

        Raises:
            IllegalTextMoveError: It is not published.
            NoTextWordsError: It is not said why.
        """
        row = self._locked(work, row)
        state = advance(row.state, TextMove.END)
        self._decide(work, row, state, long_enough(words, WORDS_SHORTEST, NoTextWordsError))

    def _locked(self, work: UnitOfWork, row: Row) -> Row:
        return work.session.scalars(
            select(self.model)
            .where(self.model.id == row.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def _by_another(self, work: UnitOfWork, row: Row) -> None:
        require_another(work, row.proposed_by_id, first=self.proposer, second=msgid("复核人"))

    def _decide(self, work: UnitOfWork, row: Row, state: TextState, words: str) -> None:
        row.state, row.words = state, words
        row.decided_at, row.decided_by_id = work.now, work.user_id
        self.tell(work, row)
