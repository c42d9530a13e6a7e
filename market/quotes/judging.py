"""Who of a draw's firms is on its list, by the notice's method: the judges that draws ask."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select

from market.db import UnitOfWork
from market.draws import methods, protocol, weights
from market.draws import queries as draws
from market.draws.actions.record import keep_file
from market.draws.eligibility import Failure, Rule
from market.draws.errors import UnverifiableError
from market.draws.methods import Judged
from market.draws.model import Award, Draw, Enrolment
from market.draws.rules import AwardState, EnrolmentState
from market.draws.weights import Tickets
from market.errors import msgid
from market.firms.model import Firm
from market.needs.methods import Method, Terms
from market.needs.model import Need
from market.needs.rules import NeedState
from market.quotes import queries, sheets
from market.quotes.journal import SheetPublished
from market.quotes.mean import allot
from market.quotes.model import QuoteVerdict
from market.quotes.rules import (
    VALID,
    Bounds,
    Merit,
    Quote,
    QuoteMove,
    Verdict,
    advance,
    mean_verdicts,
    shortlisted,
    verdicts,
)

_WORDS: Final = {
    Verdict.NOT_SEALED: msgid("没有在报名截止前封存报价"),
    Verdict.NOT_OPENED: msgid("封存的报价没有按时开启"),
    Verdict.ABOVE_CEILING: msgid("报价高于服务费上限"),
    Verdict.ABOVE_DISCLOSED: msgid("报价高于本机构公开收费折合金额"),
    Verdict.BELOW_FLOOR: msgid("报价低于报价下限"),
    Verdict.OFF_STEP: msgid("报价不是由万分之一整数倍的下浮率得出"),
    Verdict.HIGHER: msgid("报价有效，不是最低"),
    Verdict.NOT_NEAREST: msgid("报价有效，没有被任何均价系数对应"),
}
_PASSED: Final = {Verdict.HIGHER: Rule.PRICE, Verdict.NOT_NEAREST: Rule.NEAREST}


class QuoteLowest:
    """Those who opened the lowest valid quote; one of them by draw."""

    def _found(
        self, quotes: Mapping[int, Quote], terms: Terms, listed: Sequence[Enrolment]
    ) -> dict[int, Verdict]:
        """Say what became of each quote; all of them are judged at once."""
        del listed
        return verdicts(quotes, bounds_of(terms))

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Judge every quote against the log, all at once, and keep what was found."""
        of = queries.quoted(work, draw)
        queries.check_rows(work, of)
        now = queries.phase_of(work, of)
        for each in listed:
            advance(now, queries.state_of(work, each), QuoteMove.JUDGE)
        quotes = {
            each.id: replace(
                queries.quote_of(work, of, each),
                limit_fen=methods.binding_fen(work, draw, terms, draws.firm_of(work, each.firm_id)),
            )
            for each in listed
        }
        found = self._found(quotes, terms, listed)
        work.session.add_all(
            QuoteVerdict(draw_id=draw.id, enrolment_id=key, verdict=verdict, at=work.now)
            for key, verdict in found.items()
        )
        work.session.flush()
        return Judged(
            refused={
                key: Failure(rule=Rule.QUOTE, sentence=_WORDS[verdict])
                for key, verdict in found.items()
                if verdict not in VALID
            },
            passed_over={
                key: Failure(rule=_PASSED[verdict], sentence=_WORDS[verdict])
                for key, verdict in found.items()
                if verdict in _PASSED
            },
        )

    def publish(self, work: UnitOfWork, draw: Draw, terms: Terms) -> None:
        """Keep the sheet of all quotes, and tell the log its digest."""
        sheet = sheets.of_quotes(work, queries.quoted(work, draw))
        publish_sheet(work, draw, terms.method, sheet)

    def price_fen(self, work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int:
        """Return the firm's own quote, read against the log once more."""
        del terms
        enrolment = draws.enrolment_of(work, draw, firm)
        if enrolment is not None:
            quote = queries.quote_of(work, queries.quoted(work, draw), enrolment)
            if quote.opened_fen is not None:
                return quote.opened_fen
        raise UnverifiableError("quote_opening", [draw.id])


class QuoteMean(QuoteLowest):
    """Those nearest to some coefficient's share of the mean; their tickets are coefficients."""

    def _found(
        self, quotes: Mapping[int, Quote], terms: Terms, listed: Sequence[Enrolment]
    ) -> dict[int, Verdict]:
        return mean_verdicts(
            quotes,
            bounds_of(terms),
            codes={each.id: each.firm_code for each in listed},
            coefficients_bp=terms.coefficients_bp,
            trim_from=terms.trim_from,
        )


def tickets_by_mean(work: UnitOfWork, draw: Draw, terms: Terms) -> Tickets:
    """Return how many coefficients choose each firm, and the sheet that says which."""
    of = queries.quoted(work, draw)
    allotted = allot(
        queries.valid_quotes(work, of), terms.coefficients_bp, trim_from=terms.trim_from
    )
    return Tickets(by_firm=allotted.tickets, snapshot=sheets.of_mean(of, allotted))


def bounds_of(terms: Terms) -> Bounds:
    """Return which quotes count by a notice's terms."""
    return Bounds(ceiling_fen=terms.ceiling_fen, floor_fen=terms.floor_fen, unit=terms.unit)


class MeritLottery:
    """The first by credit score and completed contracts; one of them by draw."""

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Rank by what the tables of record say now."""
        merits = {each.id: merit_of(work, draw, each) for each in listed}
        inside = shortlisted(merits, terms.shortlist)
        sentence = msgid("信用分和完成合同数不在前 %(most)s 位之内")
        return Judged(
            passed_over={
                key: Failure(rule=Rule.MERIT, sentence=sentence, facts={"most": terms.shortlist})
                for key in merits
                if key not in inside
            }
        )

    def publish(self, work: UnitOfWork, draw: Draw, terms: Terms) -> None:
        """Keep the sheet of scores, and tell the log its digest."""
        ranked = [
            (each, merit_of(work, draw, each))
            for each in draws.enrolments_of(work, draw)
            if each.reason_code in {None, Rule.MERIT} and each.state is not EnrolmentState.WITHDRAWN
        ]
        sheet = sheets.of_merits(draws.number_of(work, draw), draw, terms, ranked)
        publish_sheet(work, draw, Method.MERIT_LOTTERY, sheet)

    def price_fen(self, work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int:
        """Return the ceiling: merit has no price."""
        del work, draw, firm
        return terms.ceiling_fen


def merit_of(work: UnitOfWork, draw: Draw, enrolment: Enrolment) -> Merit:
    """Return what a firm is ranked by, as it stands now.

    Raises:
        NoScoreError: Nobody can tell the scores.
    """
    firm = work.session.get_one(Firm, enrolment.firm_id)
    item_code = work.session.get_one(Need, draw.need_id).item_code
    completed = work.session.scalar(
        select(func.count(Award.id))
        .join(Need, Need.id == Award.need_id)
        .where(
            Award.firm_id == firm.id,
            Award.state == AwardState.SIGNED,
            Need.item_code == item_code,
            Need.state == NeedState.COMPLETED,
        )
    )
    return Merit(score=weights.score_of(work, firm), completed=completed or 0)


def publish_sheet(work: UnitOfWork, draw: Draw, method: Method, sheet: bytes) -> None:
    """Keep the sheet that is published with a list, and tell the log its digest."""
    keep_file(work, draw, sheets.FILE, sheet)
    work.record(
        SheetPublished(draw=draw.draw_hash, method=method, document_digest=protocol.digest(sheet))
    )


methods.provide(Method.QUOTE_LOWEST, QuoteLowest())
methods.provide(Method.QUOTE_MEAN, QuoteMean())
methods.provide_weigher(Method.QUOTE_MEAN, tickets_by_mean)
methods.provide(Method.MERIT_LOTTERY, MeritLottery())
