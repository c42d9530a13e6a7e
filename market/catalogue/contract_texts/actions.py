"""One operator uploads the text of a model contract, another publishes it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.catalogue import queries as catalogue
from market.catalogue.attached import models
from market.catalogue.contract_texts import queries
from market.catalogue.contract_texts.errors import (
    TextWaitsError,
    UnknownModelError,
)
from market.catalogue.contract_texts.journal import ModelTextMoved
from market.catalogue.contract_texts.model import ModelText
from market.catalogue.contract_texts.rules import TextState
from market.catalogue.versions import Versions
from market.db import UnitOfWork
from market.errors import msgid
from market.files import StoredFile


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


_TEXTS: Final = Versions(
    model=ModelText,
    beside=lambda work, row: queries.versions(work, row.item_code, row.model_id),
    tell=_tell,
    proposer=msgid("上传人"),
)
confirm, refuse, end = _TEXTS.confirm, _TEXTS.refuse, _TEXTS.end
