"""Which rows of the catalogue's upkeep are compared with which entries."""

from market.catalogue.contract_texts.model import ModelText
from market.catalogue.report_templates.model import ReportTemplate
from market.files import StoredFile
from market.selfaudit.told import Told, table_of, told


def catalogue_checks() -> tuple[Told, ...]:
    """Return the comparisons of the texts of model contracts, and of templates of reports."""
    model_text, stored = table_of(ModelText), table_of(StoredFile)
    template = table_of(ReportTemplate)
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
        told(
            "catalogue.report-template.v1",
            template,
            {"item": template.c.item_code, "version": template.c.version_no},
            {"state": template.c.state},
        ),
    )
