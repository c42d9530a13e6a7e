"""One operator writes what an item's progress reports are asked for, another publishes it.

Contracts that were filed keep the text that held then (``contracts.reports``).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.catalogue import queries as catalogue
from market.catalogue.contract_texts.errors import NoTextWordsError
from market.catalogue.contract_texts.rules import TextMove, TextState, advance
from market.catalogue.report_templates import queries
from market.catalogue.report_templates.errors import SameTemplateError, TemplateWaitsError
from market.catalogue.report_templates.journal import ReportTemplateMoved
from market.catalogue.report_templates.model import ReportTemplate
from market.catalogue.report_templates.rules import lines_of
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.reasons import long_enough

WORDS_SHORTEST = 5


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


def confirm(work: UnitOfWork, row: ReportTemplate) -> None:
    """Publish what a colleague wrote; the version before it is replaced.

    Raises:
        IllegalTextMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever wrote it publishes it.
    """
    row = _locked(work, row)
    state = advance(row.state, TextMove.CONFIRM)
    _by_another(work, row)
    for before in queries.versions(work, row.item_code):
        if before.state is TextState.IN_FORCE:
            before.state = advance(before.state, TextMove.REPLACE)
            work.session.flush()  # one is in force at any time
            _tell(work, before)
    _decide(work, row, state, "")


def refuse(work: UnitOfWork, row: ReportTemplate, words: str) -> None:
    """Refuse what a colleague wrote, saying why.

    Raises:
        IllegalTextMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever wrote it refuses it.
        NoTextWordsError: It is not said why.
    """
    row = _locked(work, row)
    state = advance(row.state, TextMove.REFUSE)
    _by_another(work, row)
    _decide(work, row, state, long_enough(words, WORDS_SHORTEST, NoTextWordsError))


def end(work: UnitOfWork, row: ReportTemplate, words: str) -> None:
    """Go back to the platform's text, saying why; contracts that were filed keep theirs.

    Raises:
        IllegalTextMoveError: It is not published.
        NoTextWordsError: It is not said why.
    """
    row = _locked(work, row)
    state = advance(row.state, TextMove.END)
    _decide(work, row, state, long_enough(words, WORDS_SHORTEST, NoTextWordsError))


def _locked(work: UnitOfWork, row: ReportTemplate) -> ReportTemplate:
    return work.session.scalars(
        select(ReportTemplate)
        .where(ReportTemplate.id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _by_another(work: UnitOfWork, row: ReportTemplate) -> None:
    require_another(work, row.proposed_by_id, first=msgid("起草人"), second=msgid("复核人"))


def _decide(work: UnitOfWork, row: ReportTemplate, state: TextState, words: str) -> None:
    row.state, row.words = state, words
    row.decided_at, row.decided_by_id = work.now, work.user_id
    _tell(work, row)


def _tell(work: UnitOfWork, row: ReportTemplate) -> None:
    work.record(
        ReportTemplateMoved(
            item=row.item_code,
            version=row.version_no,
            state=row.state,
            text_digest=queries.digest_of(row),
        )
    )
