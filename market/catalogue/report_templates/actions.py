"""One operator writes what an item's progress reports are asked for, another publishes it.

Contracts that were filed keep the text that held then (``contracts.reports``).
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.catalogue import queries as catalogue
from market.catalogue.contract_texts.errors import NoTextWordsError
from market.catalogue.contract_texts.rules import TextState
from market.catalogue.report_templates import queries
from market.catalogue.report_templates.errors import SameTemplateError, TemplateWaitsError
from market.catalogue.report_templates.journal import ReportTemplateMoved
from market.catalogue.report_templates.model import ReportTemplate
from market.catalogue.report_templates.rules import lines_of
from market.catalogue.versions import WORDS_SHORTEST, Versions
from market.db import UnitOfWork
from market.errors import msgid
from market.reasons import long_enough


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFacts:
    """What an operator writes: for which item, what is asked for, and why."""

    item_code: str
    text: str
    why: str


def propose(work: UnitOfWork, facts: TemplateFacts) -> ReportTemplate:
    """Put a template to a second person.

    Raises:
        UnknownItemError: No such item is in force.
        TemplateLinesError, NoTextWordsError: It asks for nothing, or it is not said why.
        SameTemplateError: It asks for what is asked for already.
        TemplateWaitsError: Another version waits already.
    """
    item = catalogue.item(facts.item_code, work.today)
    found = lines_of(facts.text)
    why = long_enough(facts.why, WORDS_SHORTEST, NoTextWordsError)
    earlier = queries.versions(work, item.code)
    if any(row.state is TextState.PROPOSED for row in earlier):
        raise TemplateWaitsError
    if queries.asked_for(work, item.code).text == found:
        raise SameTemplateError
    row = ReportTemplate(
        item_code=item.code,
        version_no=max((row.version_no for row in earlier), default=0) + 1,
        text=found,
        why=why,
        state=TextState.PROPOSED,
        proposed_at=work.now,
        proposed_by_id=work.user_id,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise TemplateWaitsError from None  # a colleague wrote one meanwhile
    _tell(work, row)
    return row


def _tell(work: UnitOfWork, row: ReportTemplate) -> None:
    work.record(
        ReportTemplateMoved(
            item=row.item_code,
            version=row.version_no,
            state=row.state,
            text_digest=queries.digest_of(row),
        )
    )


_TEMPLATES: Final = Versions(
    model=ReportTemplate,
    beside=lambda work, row: queries.versions(work, row.item_code),
    tell=_tell,
    proposer=msgid("起草人"),
)
confirm, refuse, end = _TEMPLATES.confirm, _TEMPLATES.refuse, _TEMPLATES.end
