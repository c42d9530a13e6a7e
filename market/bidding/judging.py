"""Who of a draw's firms is on its list after a session: the judge that draws ask."""

from collections.abc import Sequence
from typing import Final

from market.bidding import queries, sheets
from market.bidding.model import BidVerdict
from market.bidding.rules import BidMove, Verdict, advance, last_bids, verdicts
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.eligibility import Failure, Rule
from market.draws.errors import UnverifiableError
from market.draws.methods import Judged
from market.draws.model import Draw, Enrolment
from market.errors import msgid
from market.firms.model import Firm
from market.needs.methods import Method, Terms
from market.quotes.judging import publish_sheet

_NO_BID: Final = Failure(rule=Rule.BID, sentence=msgid("没有在竞价时间内出价"))
_HIGHER: Final = Failure(rule=Rule.PRICE, sentence=msgid("最后一次出价不是最低"))


class BidLowest:
    """Those whose last bid is the lowest; one of them by draw."""

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Replay the session against the log, and judge everybody at once."""
        del terms
        of = queries.held(work, draw)
        queries.check_rows(work, of)
        now = of.phase_at(work.now)
        for each in listed:
            advance(now, queries.state_of(work, of, each), BidMove.JUDGE)
        found = verdicts(of.bids, [each.sequence for each in listed])
        work.session.add_all(
            BidVerdict(
                enrolment_id=each.id, draw_id=draw.id, verdict=found[each.sequence], at=work.now
            )
            for each in listed
        )
        work.session.flush()
        by = {each.id: found[each.sequence] for each in listed}
        return Judged(
            refused={key: _NO_BID for key, verdict in by.items() if verdict is Verdict.NO_BID},
            passed_over={key: _HIGHER for key, verdict in by.items() if verdict is Verdict.HIGHER},
        )

    def publish(self, work: UnitOfWork, draw: Draw, terms: Terms) -> None:
        """Keep the sheet of the session, and tell the log its digest."""
        publish_sheet(work, draw, terms.method, sheets.of_bids(work, queries.held(work, draw)))

    def price_fen(self, work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int:
        """Return the firm's own last bid, read against the log once more."""
        del terms
        of = queries.held(work, draw)
        queries.check_rows(work, of)
        enrolment = draws.enrolment_of(work, draw, firm)
        if enrolment is not None and enrolment.sequence in (last := last_bids(of.bids)):
            return last[enrolment.sequence]
        raise UnverifiableError("live_bid", [draw.id])


methods.provide(Method.BID_LOWEST, BidLowest())
