"""How the city's firms state their prices: sealed and opened later, or bid against one another."""

import secrets
from datetime import timedelta
from typing import Final

from market.bidding import actions as bidding
from market.bidding import queries as sessions
from market.bidding.rules import Phase, lowest_of, next_fen
from market.demo.acting import Acting
from market.demo.registrations import FEN
from market.demo.timeline import Story
from market.draws import methods
from market.draws.model import Draw
from market.firms.queries import firm_by_id
from market.needs.methods import Terms, is_bid, is_quoted
from market.needs.prices import FULL_BP, QuoteUnit, price_at
from market.quotes import actions as quotes
from market.quotes import queries as quoted
from market.quotes.rules import commitment

# What firms ask, in thousandths of the ceiling: they know what such work costs, each a little else.
ASKED, SPREAD = 740, 31
TEN_YUAN: Final = 10 * FEN
ROUNDS: Final = 2


class Prices:
    """Seals, opens and bids for the firms; remembers what each firm keeps at home."""

    def __init__(self, act: Acting) -> None:
        self.act = act
        self._kept: dict[tuple[int, int], tuple[int, str]] = {}

    def seal(self, draw_id: int, firm_id: int) -> None:
        """Let an enrolled firm seal its quote, where the notice asks for quotes."""
        with self.act.reading() as work:
            draw = work.session.get_one(Draw, draw_id)
            terms = methods.terms_of(work, draw)
        if not is_quoted(terms.method):
            return
        fen, salt = self._wanted(draw_id, firm_id, terms), secrets.token_hex(32)
        self._kept[draw_id, firm_id] = fen, salt
        with self.act.work(self.act.firm(firm_id)) as work:
            draw = work.session.get_one(Draw, draw_id)
            sealed = commitment(
                notice=quoted.quoted(work, draw).number,
                firm=firm_by_id(work, firm_id).code,
                amount_fen=fen,
                salt_hex=salt,
            )
            quotes.seal(work, draw, sealed)

    def _wanted(self, draw_id: int, firm_id: int, terms: Terms) -> int:
        """Return what a firm asks: below the ceiling, and below what it publishes itself."""
        with self.act.reading() as work:
            draw = work.session.get_one(Draw, draw_id)
            bound = methods.binding_fen(work, draw, terms, firm_by_id(work, firm_id))
        most = min(terms.ceiling_fen, bound or terms.ceiling_fen)
        asked = min(most, terms.ceiling_fen * (ASKED - firm_id * 7 % SPREAD) // 1000)
        if terms.unit is QuoteUnit.DISCOUNT:
            # Rounded to a tenth of a percent, to the firm's loss: never above what binds it.
            off_bp = -(-(terms.ceiling_fen - asked) * FULL_BP // terms.ceiling_fen)
            return price_at(terms.ceiling_fen, -(-off_bp // 10) * 10)
        return max(asked // TEN_YUAN * TEN_YUAN, terms.floor_fen or 1)

    def state(self, draw_id: int) -> Story:
        """Let the firms open what they sealed, or bid, once enrolment is closed."""
        with self.act.reading() as work:
            draw = work.session.get_one(Draw, draw_id)
            method = methods.terms_of(work, draw).method
        if is_quoted(method):
            yield from self._open(draw)
        elif is_bid(method):
            yield from self._bid(draw)

    def _open(self, draw: Draw) -> Story:
        yield draw.enrol_close_at + timedelta(minutes=6)
        for firm_id in self.act.enrolled(draw.id):
            fen, salt = self._kept[draw.id, firm_id]
            with self.act.work(self.act.firm(firm_id)) as work:
                quotes.open_quote(work, work.session.get_one(Draw, draw.id), fen, salt)
            yield self.act.now() + timedelta(minutes=7)

    def _bid(self, draw: Draw) -> Story:
        yield draw.enrol_close_at + timedelta(minutes=2)
        for firm_id in self.act.enrolled(draw.id) * ROUNDS:
            with self.act.reading() as work:
                of = sessions.held(work, work.session.get_one(Draw, draw.id))
            if of.session is None or of.phase_at(self.act.now()) is not Phase.RUNNING:
                return
            lowest = lowest_of(of.bids)
            fen = min(next_fen(of.session, lowest), self._wanted(draw.id, firm_id, of.terms))
            if lowest is None or fen < lowest:
                with self.act.work(self.act.firm(firm_id)) as work:
                    found = work.session.get_one(Draw, draw.id)
                    bidding.bid(work, found, fen, self.act.here.clock)
            yield self.act.now() + timedelta(minutes=3)
