"""Who of a draw's firms is on its list after a session: the judge that draws ask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from market.affiliations import queries as affiliations
from market.bidding import holding as holding  # noqa: PLC0414 - registers what sessions hold
from market.bidding import queries, sheets
from market.bidding.model import BidVerdict
from market.bidding.queries import Held
from market.bidding.rules import BidMove, Verdict, advance, gone, last_bids, verdicts
from market.catalogue.queries import UnknownItemError, item
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.diagnosis import lowest_lost
from market.draws.eligibility import Failure, Rule
from market.draws.errors import UnverifiableError
from market.draws.methods import Judged
from market.draws.model import Draw, Enrolment
from market.errors import msgid
from market.firms.model import Firm
from market.needs.methods import Method, Terms
from market.needs.queries import by_id as need_by_id
from market.quotes.judging import publish_sheet

# What keeps a firm off the list by its own doing; a sanction has its own consequences, and what
# an officer found out, as that two firms share a ticket, is for the authorities to establish.
# Platform default.
OWN_DOING: Final = frozenset({Rule.SERVICE, Rule.QUALIFICATION, Rule.STAFF, Rule.FEE})
_NO_BID: Final = Failure(rule=Rule.BID, sentence=msgid("没有在竞价时间内出价"))
_HIGHER: Final = Failure(rule=Rule.PRICE, sentence=msgid("最后一次出价不是最低"))


class BidLowest:
    """Those whose last bid is the lowest; one of them by draw."""

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Replay the session against the log, and judge everybody at once."""
        of = queries.held(work, draw)
        queries.check_rows(work, of)
        _check_published(work, of)
        eligible = [each.sequence for each in listed]
        found = verdicts(of.bids, eligible)
        missing = _missing(work, of, eligible) if terms.is_strict else {}
        by = {each: found[each.sequence] for each in listed} | missing
        _keep(work, of, by)
        return Judged(
            refused={each.id: _NO_BID for each, said in by.items() if said is Verdict.NO_BID},
            passed_over={each.id: _HIGHER for each, said in by.items() if said is Verdict.HIGHER},
            failed=_why(list(missing)),
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


def _check_published(work: UnitOfWork, of: Held) -> None:
    """Require that nobody's bid is above what it published: such a bid was never taken."""
    limits = {
        each.sequence: queries.limit_of(work, of, draws.firm_of(work, each.firm_id))
        for each in draws.enrolments_of(work, of.draw)
        if each.sequence in last_bids(of.bids)
    }
    over = [
        number
        for number, bid in enumerate(of.bids, 1)
        if (limit_fen := limits[bid.enrolment]) is not None and bid.amount_fen > limit_fen
    ]
    if over:
        raise UnverifiableError("live_bid", over)


def _missing(work: UnitOfWork, of: Held, eligible: Sequence[int]) -> dict[Enrolment, Verdict]:
    """Return who held the lowest bid and is not on the list, and whether by its own doing."""
    missing = gone(of.bids, eligible)
    same = _is_same_item(work, of.draw)
    return {
        each: Verdict.LEFT if same and is_own_doing(work, each) else Verdict.LOST
        for each in draws.enrolments_of(work, of.draw)
        if each.sequence in missing
    }


def is_own_doing(work: UnitOfWork, each: Enrolment) -> bool:
    """Whether a firm left the list by what it did itself after it had enrolled.

    An interest may come of what others declare of themselves: it is the firm's own doing only if
    it has declared anew since.
    """
    if each.reason_code == Rule.INTEREST:
        said = affiliations.declaration_of(work, each.firm_id)
        return said is not None and said.declared_at > each.enrolled_at
    return each.reason_code in OWN_DOING


def _is_same_item(work: UnitOfWork, draw: Draw) -> bool:
    """Whether the catalogue asks today what it asked at the notice; else no firm is to blame."""
    code = need_by_id(work, draw.need_id).item_code
    try:
        return item(code, beijing_day(draw.enrol_open_at)) == item(code, work.today)
    except UnknownItemError:
        return False


def _keep(work: UnitOfWork, of: Held, verdicts_by: Mapping[Enrolment, Verdict]) -> None:
    now = of.phase_at(work.now)
    for each, verdict in verdicts_by.items():
        advance(now, queries.state_of(work, of, each), BidMove.JUDGE)
        work.session.add(
            BidVerdict(enrolment_id=each.id, draw_id=of.draw.id, verdict=verdict, at=work.now)
        )
    work.session.flush()


def _why(missing: Sequence[Enrolment]) -> str:
    if not missing:
        return ""
    removed = Counter(Rule(each.reason_code) for each in missing if each.reason_code)
    return lowest_lost(sorted(each.sequence + 1 for each in missing), removed)


methods.provide(Method.BID_LOWEST, BidLowest())
