"""Putting what one firm declares to the other, and taking the other's answer."""

from collections.abc import Iterable

from market import regulations
from market.affiliations.actions.letters import require
from market.affiliations.journal import LinkMoved
from market.affiliations.links import messages, queries
from market.affiliations.links.model import DeclaredLink
from market.affiliations.links.rules import LinkMove, LinkState, advance
from market.affiliations.profiles import SUBJECT
from market.db import UnitOfWork
from market.firms import queries as firms
from market.firms.model import Firm
from market.journal import encode
from market.messages.actions import tell
from market.numbers import next_number

# Whoever answers is a firm, and its account would tell the public log which.
SIDE = "side"


def ask(work: UnitOfWork, declarant: Firm, others: Iterable[int]) -> None:
    """Put to other firms what a firm declares of them; whoever denied it is not asked again."""
    for other_id in sorted(others):
        link = queries.between(work, declarant.id, other_id)
        if link is not None and link.state is LinkState.DENIED:
            continue
        _ask(work, declarant, firms.firm_by_id(work, other_id), link)


def _ask(work: UnitOfWork, declarant: Firm, other: Firm, link: DeclaredLink | None) -> None:
    days = regulations.in_force(SUBJECT, work.today).integer("declaration.answer_working_days")
    if link is None:
        link = DeclaredLink(
            number=next_number(work, "GLH"),
            declarant_id=declarant.id,
            other_id=other.id,
            state=LinkState.ASKED,
        )
    was_confirmed = link.state is LinkState.CONFIRMED
    link.state = advance(link.state, LinkMove.ASK)
    link.asked_at = work.now
    link.answer_by_at = link.count_term(work.today, days)
    link.answer = link.answered_by_id = link.answered_at = None
    work.session.add(link)
    work.session.flush()
    if was_confirmed:
        _record(work, link)
    tell(
        work,
        messages.ASKED,
        org_id=other.organisation_id,
        path=f"/affiliations/own/links/{link.number}",
        once=f"{link.number}:{link.version}",
        number=link.number,
        firm=declarant.name,
        until=link.answer_by_at,
    )


def answer_link(work: UnitOfWork, link: DeclaredLink, *, confirm: bool, text: str) -> None:
    """Take what a firm says of what another declared; also late, for it is bound by its own word.

    Confirmed, it binds both from now on. Denied, the operator looks at it.

    Raises:
        IllegalLinkMoveError: It was answered before.
        ReasonsTooShortError: A denial without reasons.
    """
    link = queries.locked(work, link.id)
    link.state = advance(link.state, LinkMove.CONFIRM if confirm else LinkMove.DENY)
    link.answer = text.strip() if confirm else require(text, "text")
    link.answered_by_id = work.user_id
    link.answered_at = work.now
    link.forget_term()
    _record(work, link)


def _record(work: UnitOfWork, link: DeclaredLink) -> None:
    entry = LinkMoved(link=link.number, state=link.state)
    work.submit(encode(entry, by=SIDE, at=work.now))
