"""Reading the texts of model contracts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.catalogue.attached import ModelContract, models
from market.catalogue.contract_texts.model import ModelText
from market.catalogue.contract_texts.rules import PUBLIC, TextState
from market.db import UnitOfWork
from market.errors import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A model contract of an item: what the catalogue cites, the text to download, or both."""

    cited: ModelContract | None
    text: ModelText | None

    @property
    def name(self) -> str:
        """What it is called, with the number of its document if it has one."""
        if self.cited is not None:
            return self.cited.name
        return self.text.title if self.text else ""


def shown(work: UnitOfWork, item_code: str) -> list[Shown]:
    """Return the model contracts of an item: the official ones first, then the platform's own."""
    rows = work.session.scalars(
        select(ModelText)
        .where(ModelText.item_code == item_code, ModelText.state == TextState.IN_FORCE)
        .order_by(ModelText.model_id)
    ).all()
    texts = {row.model_id: row for row in rows}
    cited = [
        Shown(cited=model, text=texts.pop(model.id, None))
        for model in models().of(item_code, work.today)
    ]
    return cited + [Shown(cited=None, text=row) for row in texts.values()]


def by_id(work: UnitOfWork, text_id: int) -> ModelText:
    """Return a text, for operators.

    Raises:
        MissingError: There is none.
    """
    row = work.session.get(ModelText, text_id)
    if row is None:
        raise MissingError
    return row


def published(work: UnitOfWork, text_id: int) -> ModelText:
    """Return a text that is or was published, for everybody.

    Raises:
        MissingError: There is none, or it was never published.
    """
    row = by_id(work, text_id)
    if row.state not in PUBLIC:
        raise MissingError
    return row


def everything(work: UnitOfWork) -> Sequence[ModelText]:
    """Return every text, the newest version of each model first."""
    return work.session.scalars(
        select(ModelText).order_by(
            ModelText.item_code, ModelText.model_id, ModelText.version_no.desc()
        )
    ).all()


def waiting(work: UnitOfWork) -> Sequence[ModelText]:
    """Return the texts that wait for a second person, the oldest first."""
    return work.session.scalars(
        select(ModelText).where(ModelText.state == TextState.PROPOSED).order_by(ModelText.id)
    ).all()


def versions(work: UnitOfWork, item_code: str, model_id: str) -> Sequence[ModelText]:
    """Return the versions of one model's text, the newest first."""
    return work.session.scalars(
        select(ModelText)
        .where(ModelText.item_code == item_code, ModelText.model_id == model_id)
        .order_by(ModelText.version_no.desc())
    ).all()
