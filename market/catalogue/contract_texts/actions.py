"""One operator uploads the text of a model contract, another publishes it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.catalogue import queries as catalogue
from market.catalogue.attached import models
from market.catalogue.contract_texts import queries
from market.catalogue.contract_texts.errors import (
    NoTextWordsError,
    TextWaitsError,
    UnknownModelError,
)
from market.catalogue.contract_texts.journal import ModelTextMoved
from market.catalogue.contract_texts.model import ModelText
from market.catalogue.contract_texts.rules import TextMove, TextState, advance
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.files import StoredFile

WORDS_SHORTEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What an operator says of a text; without a model it is the platform's own."""

    item_code: str
    model_id: str
    title: str
    source: str


def propose(work: UnitOfWork, facts: TextFacts, stored: StoredFile) -> ModelText:
    """Put the text of a model contract to a second person.

    Raises:
        UnknownItemError: No such item is in force.
        UnknownModelError: The catalogue names no such model for the item.
        TextWaitsError: Another version waits already.
    """
    item = catalogue.item(facts.item_code, work.today)
    cited = {model.id: model for model in models().of(item.code, work.today)}
    if facts.model_id and facts.model_id not in cited:
        raise UnknownModelError
    earlier = queries.versions(work, item.code, facts.model_id)
    if any(row.state is TextState.PROPOSED for row in earlier):
        raise TextWaitsError
    row = ModelText(
        item_code=item.code,
        model_id=facts.model_id,
        version_no=max((row.version_no for row in earlier), default=0) + 1,
        title=cited[facts.model_id].name if facts.model_id else facts.title,
        source=facts.source,
        file_id=stored.id,
        state=TextState.PROPOSED,
        proposed_at=work.now,
        proposed_by_id=work.user_id,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise TextWaitsError from None  # a colleague uploaded the same meanwhile
    _tell(work, row)
    return row


def confirm(work: UnitOfWork, row: ModelText) -> None:
    """Publish what a colleague uploaded; the version before it is replaced.

    Raises:
        IllegalTextMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever uploaded it publishes it.
    """
    row = _locked(work, row)
    state = advance(row.state, TextMove.CONFIRM)
    _by_another(work, row)
    for before in queries.versions(work, row.item_code, row.model_id):
        if before.state is TextState.IN_FORCE:
            before.state = advance(before.state, TextMove.REPLACE)
            work.session.flush()  # one is in force at any time
            _tell(work, before)
    _decide(work, row, state, "")


def refuse(work: UnitOfWork, row: ModelText, words: str) -> None:
    """Refuse what a colleague uploaded, saying why.

    Raises:
        IllegalTextMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever uploaded it refuses it.
        NoTextWordsError: It is not said why.
    """
    row = _locked(work, row)
    state = advance(row.state, TextMove.REFUSE)
    _by_another(work, row)
    _decide(work, row, state, _worded(words))


def end(work: UnitOfWork, row: ModelText, words: str) -> None:
    """Take a text out of use, saying why; what was signed after it stays as it is.

    Raises:
        IllegalTextMoveError: It is not published.
        NoTextWordsError: It is not said why.
    """
    row = _locked(work, row)
    _decide(work, row, advance(row.state, TextMove.END), _worded(words))


def _locked(work: UnitOfWork, row: ModelText) -> ModelText:
    return work.session.scalars(
        select(ModelText)
        .where(ModelText.id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _by_another(work: UnitOfWork, row: ModelText) -> None:
    require_another(work, row.proposed_by_id, first=msgid("上传人"), second=msgid("复核人"))


def _worded(words: str) -> str:
    if len(words.strip()) < WORDS_SHORTEST:
        raise NoTextWordsError
    return words.strip()


def _decide(work: UnitOfWork, row: ModelText, state: TextState, words: str) -> None:
    row.state = state
    row.words = words
    row.decided_at = work.now
    row.decided_by_id = work.user_id
    _tell(work, row)


def _tell(work: UnitOfWork, row: ModelText) -> None:
    work.record(
        ModelTextMoved(
            item=row.item_code,
            model=row.model_id,
            version=row.version_no,
            state=row.state,
            file_digest=work.session.get_one(StoredFile, row.file_id).digest,
        )
    )
