"""Sealed quotes, made and opened as a firm's browser does."""

import hashlib
from dataclasses import dataclass

from market.draws import jobs
from market.draws import queries as draws
from market.draws.model import Draw
from market.needs.documents import fixed_opening
from market.needs.model import Notice
from market.quotes import actions
from market.quotes.judging import merit_of as merit_of  # noqa: PLC0414 - registers the judges
from market.quotes.model import QuoteOpening, QuoteSeal
from market.quotes.rules import commitment
from tests.market.factories.draws import City, an_open_draw, enrol
from tests.market.factories.firms import Person


@dataclass(frozen=True, slots=True)
class QuoteFile:
    """What a firm keeps: it is on no server."""

    notice: str
    firm: str
    amount_fen: int
    salt: str

    @property
    def commitment(self) -> str:
        """What is handed in of it."""
        return commitment(
            notice=self.notice,
            firm=self.firm,
            amount_fen=self.amount_fen,
            salt_hex=self.salt,
        )


def a_quoted_draw(city: City, **differences) -> Draw:
    """Return an open draw whose firms quote."""
    return an_open_draw(city, **({"method": "quote_lowest"} | differences))


def number_of(city: City, draw: Draw) -> str:
    """Return the number of a draw's notice."""
    with city.reading() as work:
        return draws.number_of(work, draw)


def opening_by(city: City, draw: Draw):
    """Return until when the quotes of a draw are opened."""
    with city.reading() as work:
        return fixed_opening(work.session.get_one(Notice, draw.notice_id))


def a_quote(city: City, draw: Draw, person: Person, yuan: float, nonce: str = "") -> QuoteFile:
    """Return the file of a quote: its salt is different for every firm and amount."""
    firm = next(firm for firm, who in city.firms if who == person)
    salt = hashlib.sha256(f"{firm.code}/{yuan}/{nonce}".encode()).hexdigest()
    return QuoteFile(number_of(city, draw), firm.code, round(yuan * 100), salt)


def seal(city: City, draw: Draw, person: Person, quote: QuoteFile) -> QuoteSeal:
    """Let a firm seal its quote."""
    with city.work(person) as work:
        return actions.seal(work, work.session.get_one(Draw, draw.id), quote.commitment)


def open_(city: City, draw: Draw, person: Person, quote: QuoteFile) -> QuoteOpening:
    """Let a firm open its quote."""
    with city.work(person) as work:
        found = work.session.get_one(Draw, draw.id)
        return actions.open_quote(work, found, quote.amount_fen, quote.salt)


def sealed(city: City, draw: Draw, *yuan: float) -> list[QuoteFile]:
    """Let the first firms of a city enrol and seal a quote each."""
    people = [person for _, person in city.firms[: len(yuan)]]
    enrol(city, draw, *people)
    quotes = [a_quote(city, draw, who, each) for who, each in zip(people, yuan, strict=True)]
    for person, quote in zip(people, quotes, strict=True):
        seal(city, draw, person, quote)
    return quotes


def close(city: City, draw: Draw) -> None:
    """Let the closing instant come."""
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)


def freeze(city: City, draw: Draw) -> Draw:
    """Let the end of the opening come; return the draw as it stands then."""
    city.clock.move_to(opening_by(city, draw))
    jobs.run_due(city.here)
    return city.draw(draw.id)


def all_opened(city: City, *yuan: float, **differences) -> Draw:
    """Return a draw in which the first firms sealed and opened a quote each."""
    draw = a_quoted_draw(city, **differences)
    quotes = sealed(city, draw, *yuan)
    close(city, draw)
    for (_, person), quote in zip(city.firms, quotes, strict=False):
        open_(city, draw, person, quote)
    return draw


def a_quoted_result(city: City, *yuan: float, **differences) -> Draw:
    """Return a drawn draw in which the first firms quoted."""
    draw = freeze(city, all_opened(city, *yuan, **differences))
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)
