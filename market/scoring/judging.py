"""Who of a draw's firms is on its list after scoring: the judge that draws ask."""

from collections.abc import Mapping, Sequence
from typing import Final

from market.db import UnitOfWork
from market.draws import methods
from market.draws.eligibility import Failure, Rule
from market.draws.errors import UnverifiableError
from market.draws.methods import Judged
from market.draws.model import Draw, Enrolment
from market.draws.rules import VoidReason
from market.errors import msgid
from market.firms.model import Firm
from market.needs.methods import Method, Terms
from market.panels import queries as panels
from market.panels.actions import seats
from market.panels.actions.record import open_key
from market.quotes.judging import publish_sheet
from market.scoring import diagnosis, queries, serving, sheets
from market.scoring.model import ScoreVerdict
from market.scoring.queries import Scored
from market.scoring.rules import Marks, SheetMove, Verdict, advance, totals, verdicts

_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.LOWER: msgid("总分不是最高"),
    Verdict.BELOW_LEAST: msgid("总分低于 %(pass)s 分"),
    Verdict.NO_PROPOSAL: msgid("没有在报名截止前提交方案"),
}
_REFUSED: Final = frozenset({Verdict.BELOW_LEAST, Verdict.NO_PROPOSAL})


class ScoredSelection:
    """Those with the highest total of an expert panel; one of them by draw."""

    def judge(
        self, work: UnitOfWork, draw: Draw, terms: Terms, listed: Sequence[Enrolment]
    ) -> Judged:
        """Open every sheet against the log, add up, and judge everybody at once.

        Without a whole panel, or with a sheet missing, nobody is selected.
        """
        of = queries.scored(work, draw)
        queries.check_rows(work, of)
        serving.put_on_record(work, of)
        panel, proposals = of.panel, queries.to_be_scored(work, draw)
        if proposals and (panel is None or not queries.is_all_in(work, panel)):
            late = panel is not None and panels.is_late(work, panel)
            reason = VoidReason.PANEL_LATE if late else VoidReason.NOT_SCORED
            return Judged(failed=diagnosis.not_scored(work, panel), failed_as=reason)
        found = totals(_marks(work, of), terms.trim_from) if proposals else {}
        judged = verdicts(found, [each.sequence for each in listed], terms.pass_points)
        by = {each.id: judged[each.sequence] for each in listed}
        work.session.add_all(
            ScoreVerdict(enrolment_id=key, draw_id=draw.id, verdict=verdict, at=work.now)
            for key, verdict in by.items()
        )
        work.session.flush()
        return Judged(
            refused={
                key: _failure(verdict, terms) for key, verdict in by.items() if verdict in _REFUSED
            },
            passed_over={
                key: _failure(verdict, terms)
                for key, verdict in by.items()
                if verdict is Verdict.LOWER
            },
        )

    def publish(self, work: UnitOfWork, draw: Draw, terms: Terms) -> None:
        """Keep the sheet of all scores, and tell the log its digest."""
        of = queries.scored(work, draw)
        if of.panel is None:
            raise UnverifiableError("panel", [draw.id])
        open_key(work, of.panel)
        publish_sheet(work, draw, terms.method, sheets.of_scores(work, of, of.panel))

    def price_fen(self, work: UnitOfWork, draw: Draw, terms: Terms, firm: Firm) -> int:
        """Return the ceiling: scores have no price."""
        del work, draw, firm
        return terms.ceiling_fen


def publish_failed(work: UnitOfWork, draw: Draw, terms: Terms) -> None:
    """Publish what the members handed in before the need fails, and who they are.

    A panel of which nobody was called keeps its key: it serves the next notice.
    """
    of = queries.scored(work, draw)
    panel = of.panel
    if panel is None or not panels.seats_of(work, panel):
        return
    serving.put_on_record(work, of)
    open_key(work, panel)
    publish_sheet(work, draw, terms.method, sheets.of_failure(work, of, panel))


def _marks(work: UnitOfWork, of: Scored) -> list[dict[int, Marks]]:
    """Return the marks of every member, each compared with the log and with the panel's order."""
    if of.panel is None:
        return []
    panel = of.panel
    order, now = panels.file_lines(work, panel), queries.phase_of(work, of)
    found = []
    for seat, sheet in queries.members_with_sheets(work, panel):
        if sheet is None or order[seat.rank - 1 : seat.rank] != [seat.expert_code]:
            raise UnverifiableError("panel_seat", [seat.id])
        if panels.expert_known_as(work, panel, seat.expert_code).id != seat.expert_id:
            raise UnverifiableError("panel_seat", [seat.id])
        advance(now, queries.state_of(work, of, seat), SheetMove.PUBLISH)
        found.append(queries.opened(work, of, seat, sheet))
    return found


def _failure(verdict: Verdict, terms: Terms) -> Failure:
    facts = {"pass": terms.pass_points} if verdict is Verdict.BELOW_LEAST else {}
    return Failure(rule=_RULES[verdict], sentence=_WORDS[verdict], facts=facts)


_RULES: Final[Mapping[Verdict, Rule]] = {
    Verdict.LOWER: Rule.TOTAL,
    Verdict.BELOW_LEAST: Rule.LEAST_TOTAL,
    Verdict.NO_PROPOSAL: Rule.PROPOSAL,
}
methods.provide(Method.SCORED, ScoredSelection())
methods.provide_early(Method.SCORED, queries.is_over_early)
methods.provide_farewell(Method.SCORED, publish_failed)
seats.provide_committed(serving.has_handed_in)
