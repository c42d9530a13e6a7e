"""Which rows of the catalogue's upkeep are compared with which entries."""

from market.catalogue.contract_texts.model import ModelText
from market.files import StoredFile
from market.selfaudit.told import Told, table_of, told


def catalogue_checks() -> tuple[Told, ...]:
    """Return the comparison of the texts of model contracts."""
    model_text, stored = table_of(ModelText), table_of(StoredFile)
    return (
        told(
            "catalogue.model-text.v1",
            model_text,
            {
                "item": model_text.c.item_code,
                "model": model_text.c.model_id,
                "version": model_text.c.version_no,
            },
            {"state": model_text.c.state, "file_digest": stored.c.digest},
            rows=model_text.join(stored, stored.c.id == model_text.c.file_id),
        ),
    )
