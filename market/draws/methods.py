"""How a notice's method narrows the list between the close and the freeze.

A draw knows when its list is frozen and how it is drawn. Who of the eligible firms is on it, and
at what price, a method other than the plain lottery says: features above register how. A notice
whose method nobody knows is not frozen, for a list of everybody would break its rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from market.db import UnitOfWork
from market.draws import queries
from market.draws.disclosed import Disclosed
from market.draws.eligibility import Failure
from market.draws.errors import UnknownMethodError, UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, VoidReason
from market.draws.weights import Tickets
from market.firms.model import Firm, FirmFee
from market.installation import Installation
from market.needs.documents import fixed_bidding, fixed_opening, fixed_scoring, fixed_terms
from market.needs.methods import Method, Terms, is_scored, is_weighted
from market.needs.model import Need, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a method finds of the firms that meet every other rule, by enrolment.

    Attributes:
        refused: Whose part does not count, as a quote that was not opened: they do not count
            towards the fewest firms that a draw needs either.
        passed_over: Who counts and is not on the list, as a higher quote.
        failed: Why by the notice's rule nobody can be selected, in public words; empty if
            somebody can.
        failed_as: What the log calls it.
    """

    refused: Mapping[int, Failure] = field(default_factory=dict)
    passed_over: Mapping[int, Failure] = field(default_factory=dict)
    failed: str = ""
    failed_as: VoidReason = VoidReason.LOWEST_LOST


class Judge(Protocol):
    """One method, as a feature above registers it."""

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Say who of the firms that meet every other rule is on the list."""

    def publish(self, work: UnitOfWork, draw: Draw, terms: Terms) -> None:
        """Keep what everybody may now see; called once, as the list is frozen."""

    def price_fen(self, work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int:
        """Return the price at which a firm of the list is selected."""


_JUDGES: Final[dict[Method, Judge]] = {}


def provide(method: Method, judge: Judge) -> None:
    """Take what knows a method."""
    _JUDGES[method] = judge


Weigher = Callable[[UnitOfWork, Draw, Terms], Tickets]
_WEIGHERS: Final[dict[Method, Weigher]] = {}


def provide_weigher(method: Method, weigher: Weigher) -> None:
    """Take what says how many tickets each firm of a list has, where the method does."""
    _WEIGHERS[method] = weigher


Opener = Callable[[UnitOfWork, Installation, Draw, Terms], object]
_OPENERS: Final[dict[Method, Opener]] = {}


def provide_opener(method: Method, opener: Opener) -> None:
    """Take what a method opens beside the draw, in the transaction that publishes the notice."""
    _OPENERS[method] = opener


def open_beside(work: UnitOfWork, here: Installation, draw: Draw) -> None:
    """Open what the notice's method needs beside the draw, if it needs anything.

    Raises:
        UnknownMethodError: The method needs something that nobody here can open.
    """
    terms = terms_of(work, draw)
    if not is_scored(terms.method):
        return
    if terms.method not in _OPENERS:
        raise UnknownMethodError
    _OPENERS[terms.method](work, here, draw, terms)


AskOver = Callable[[UnitOfWork, Draw], bool]
_EARLY: Final[dict[Method, AskOver]] = {}


def provide_early(method: Method, ask: AskOver) -> None:
    """Take what says that nothing is waited for any more, where a method's time can end early."""
    _EARLY[method] = ask


def is_over_early(work: UnitOfWork, draw: Draw) -> bool:
    """Whether the list can be frozen although the method's time is not over."""
    ask = _EARLY.get(terms_of(work, draw).method)
    return ask is not None and ask(work, draw)


Farewell = Callable[[UnitOfWork, Draw, Terms], None]
_FAREWELLS: Final[dict[Method, Farewell]] = {}


def provide_farewell(method: Method, publish_all: Farewell) -> None:
    """Take what publishes what people judged, where a method has it, before the draw fails."""
    _FAREWELLS[method] = publish_all


def publish_failed(work: UnitOfWork, draw: Draw) -> None:
    """Let the method publish what people judged although nobody is selected."""
    terms = terms_of(work, draw)
    if terms.method in _FAREWELLS:
        _FAREWELLS[terms.method](work, draw, terms)


def tickets_of(work: UnitOfWork, draw: Draw) -> Tickets | None:
    """Return the tickets that the notice's method gives; None where it says nothing of them.

    Raises:
        UnknownMethodError: The method gives tickets, and nobody knows how many.
    """
    terms = terms_of(work, draw)
    if not is_weighted(terms.method):
        return None
    if terms.method not in _WEIGHERS:
        raise UnknownMethodError
    return _WEIGHERS[terms.method](work, draw, terms)


def notice_of(work: UnitOfWork, draw: Draw) -> Notice:
    """Return a draw's notice, if its bytes are still those that the NOTICE entry names.

    Raises:
        UnverifiableError: They are not: nothing is done by terms that nobody read.
    """
    notice = work.session.get_one(Notice, draw.notice_id)
    if notice.digest != queries.notice_entry(work, draw).document:
        raise UnverifiableError("notice", ["digest"])
    return notice


def terms_of(work: UnitOfWork, draw: Draw) -> Terms:
    """Return what a draw's notice fixed of its method, from the bytes that everyone read.

    Raises:
        UnverifiableError: The bytes are not those that the NOTICE entry names.
    """
    with _readable():
        return fixed_terms(notice_of(work, draw))


def opening_by_at(work: UnitOfWork, draw: Draw) -> datetime | None:
    """Return until when quotes are opened, before which no list is frozen; None without quotes.

    Raises:
        UnverifiableError: The notice's bytes are not those that the NOTICE entry names.
    """
    with _readable():
        return fixed_opening(notice_of(work, draw))


def list_waits_until(work: UnitOfWork, draw: Draw) -> datetime | None:
    """Return before when no list is frozen: until then firms open quotes or bid, or experts score.

    Raises:
        UnverifiableError: The notice's bytes are not those that the NOTICE entry names.
    """
    with _readable():
        notice = notice_of(work, draw)
        return fixed_opening(notice) or fixed_bidding(notice) or fixed_scoring(notice)


def waits_in_time(work: UnitOfWork, draw: Draw) -> bool:
    """Whether a list rightly waits now: firms open quotes or bid, or experts score, in their time.

    Not if its row tells the worker to look later than that, or never; not if nobody can read
    its notice.
    """
    at = draw.next_check_at
    if draw.state is not DrawState.CLOSED or at is None:
        return False
    try:
        until = list_waits_until(work, draw)
    except UnverifiableError:
        return False
    return until is not None and work.now < at <= until


@contextmanager
def _readable() -> Iterator[None]:
    """Say of a notice that cannot be read as it was logged that it does not verify."""
    try:
        yield
    except (ValueError, LookupError, TypeError) as error:
        raise UnverifiableError("notice", ["document"]) from error


def judge(work: UnitOfWork, draw: Draw, listed: Sequence[Enrolment]) -> Judged:
    """Say who of the firms that meet every other rule the notice's method keeps off the list.

    Raises:
        UnknownMethodError: Nobody knows the method.
        UnverifiableError: What was logged and what is stored differ.
    """
    terms = terms_of(work, draw)
    if terms.method is Method.LOTTERY:
        return Judged()
    return _judge(terms).judge(work, draw, terms, listed)


def publish(work: UnitOfWork, draw: Draw) -> None:
    """Let the method keep what is public from the freeze on."""
    terms = terms_of(work, draw)
    if terms.method is not Method.LOTTERY:
        _judge(terms).publish(work, draw, terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A price, and of what it is the lower: a limit, and what the firm's published fee gives.

    ``limit_fen`` is the ceiling, or the price that the firm stated. Where the fee gives no amount
    ``hindrance`` says why; where the notice does not let it bind, there is no fee at all.
    """

    limit_fen: int
    fee: FirmFee | None = None
    disclosed_fen: int | None = None
    hindrance: str = ""

    @property
    def price_fen(self) -> int:
        """The price at which the firm is selected."""
        disclosed_fen = self.disclosed_fen
        return self.limit_fen if disclosed_fen is None else min(self.limit_fen, disclosed_fen)


def priced(work: UnitOfWork, draw: Draw, need: Need, firm: Firm) -> Priced:
    """Return at what price a firm is selected, and why; by the terms of the draw's own notice."""
    terms = terms_of(work, draw)
    plain = terms.method is Method.LOTTERY
    limit_fen = need.ceiling_fen if plain else _judge(terms).price_fen(work, draw, terms, firm)
    if not terms.capped:
        return Priced(limit_fen=limit_fen)
    found = published_fee(work, draw, firm)
    return Priced(
        limit_fen=limit_fen,
        fee=found.fee,
        disclosed_fen=found.limit_fen,
        hindrance=found.hindrance.value if found.hindrance else "",
    )


def published_fee(work: UnitOfWork, draw: Draw, firm: Firm) -> Disclosed:
    """Return which version of a firm's fee counts for a draw, and what it gives.

    Raises:
        UnverifiableError: The notice's bytes are not those that the NOTICE entry names.
    """
    notice = notice_of(work, draw)
    with _readable():
        return queries.disclosed_for(work, draw, notice, firm)


def binding_fen(work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int | None:
    """Return the most that a firm's own publication lets it state; None where nothing binds."""
    return published_fee(work, draw, firm).limit_fen if terms.capped else None


def price_fen(work: UnitOfWork, draw: Draw, need: Need, firm: Firm) -> int:
    """Return at what price a firm is selected: never above what it published."""
    return priced(work, draw, need, firm).price_fen


def _judge(terms: Terms) -> Judge:
    try:
        return _JUDGES[terms.method]
    except KeyError:
        raise UnknownMethodError from None
