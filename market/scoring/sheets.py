"""The sheet that is published in the end: every member's points and reasons, and all totals.

Exact bytes, canonical JSON; their digest is in the log. With it anybody opens the commitments of
the members' sheets, adds up, and tells by the panel's key whose codes its members' are. A selection
that failed publishes what was handed in as well; no firm is named then, for no list was.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import Enrolment
from market.needs.criteria import body_of as criteria_body
from market.panels import queries as panels
from market.panels.model import Panel, Seat
from market.scoring import queries
from market.scoring.model import ScoreSheet, ScoreVerdict
from market.scoring.queries import Scored
from market.scoring.rules import Marks, Verdict, totals
from market.sheets.writing import Format, written

SCORES: Final = "zjcs/scores/v1"
_PLACES: Final = 2


def of_scores(work: UnitOfWork, of: Scored, panel: Panel) -> bytes:
    """Return the sheet of a scored selection: the highest total first, then every member."""
    members = [(seat, sheet) for seat, sheet in queries.members_with_sheets(work, panel) if sheet]
    marks = {seat.id: queries.opened(work, of, seat, sheet) for seat, sheet in members}
    found = totals(list(marks.values()), of.terms.trim_from)
    return _canonical(
        _head(of, panel)
        | {
            "firms": _firms(work, of, found),
            "members": [_member(work, seat, sheet, marks[seat.id]) for seat, sheet in members],
        }
    )


def of_failure(work: UnitOfWork, of: Scored, panel: Panel) -> bytes:
    """Return the sheet of a selection that failed: what was handed in, with totals if all was.

    A sheet that is not what the log tells of is counted and left out: nothing it says is true.
    """
    rows = queries.members_with_sheets(work, panel)
    handed_in = [(seat, sheet) for seat, sheet in rows if sheet]
    marks: dict[int, dict[int, Marks]] = {}
    for seat, sheet in handed_in:
        with suppress(UnverifiableError):
            marks[seat.id] = queries.opened(work, of, seat, sheet)
    is_whole = len(marks) == panel.seats
    found = totals(list(marks.values()), of.terms.trim_from) if is_whole else {}
    return _canonical(
        _head(of, panel)
        | {
            "failed": True,
            "unverifiable": len(handed_in) - len(marks),
            "firms": [
                {"enrolment": each, "total": exact(found[each])}
                for each in sorted(found, key=lambda each: -found[each])
            ],
            "members": [
                _member(work, seat, sheet, marks[seat.id])
                for seat, sheet in handed_in
                if seat.id in marks
            ],
        }
    )


def _head(of: Scored, panel: Panel) -> dict[str, object]:
    """Return what was scored by which rule, and the key of the codes of the panel."""
    return {
        "format": SCORES,
        "notice": of.number,
        "draw": of.draw.draw_hash,
        "panel": panel.number,
        "panel_key": panel.code_key,
        "seats": panel.seats,
        "selection": of.terms.method.value,
        "criteria": criteria_body(of.terms.criteria),
        "pass_points": of.terms.pass_points,
        "trim_from": of.terms.trim_from,
    }


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _firms(work: UnitOfWork, of: Scored, found: Mapping[int, Fraction]) -> list[dict[str, object]]:
    """Return everybody who was judged, the highest total first."""
    proposals = queries.to_be_scored(work, of.draw)
    rows = work.session.execute(
        select(ScoreVerdict.verdict, Enrolment)
        .join(Enrolment, Enrolment.id == ScoreVerdict.enrolment_id)
        .where(ScoreVerdict.draw_id == of.draw.id)
        .order_by(Enrolment.sequence)
    )
    lines = [_firm(verdict, each, proposals, found) for verdict, each in rows]
    return sorted(lines, key=lambda line: -found.get(int(str(line["enrolment"])), Fraction(-1)))


def _firm(
    verdict: Verdict,
    enrolment: Enrolment,
    proposals: Mapping[int, object],
    found: Mapping[int, Fraction],
) -> dict[str, object]:
    """Return what became of a firm; a firm without a proposal is not named."""
    line: dict[str, object] = {"enrolment": enrolment.sequence, "verdict": verdict.value}
    if enrolment.sequence not in found:
        return line
    proposal = proposals[enrolment.sequence]
    return line | {
        "enrol_salt": enrolment.salt.hex(),
        "firm": enrolment.firm_code,
        "proposal": getattr(proposal, "digest", ""),
        "total": exact(found[enrolment.sequence]),
    }


def _member(
    work: UnitOfWork, seat: Seat, sheet: ScoreSheet, marks: Mapping[int, Marks]
) -> dict[str, object]:
    """Return a member's marks, with what opens the commitment in the log."""
    expert = panels.expert_of(work, seat)
    return {
        "expert": seat.expert_code,
        "pool_code": expert.code,
        "name": expert.name,
        "rank": seat.rank,
        "salt": sheet.salt,
        "commitment": sheet.commitment,
        "sealed_index": draws.index_of(work, sheet.submission_id),
        "marks": [
            {"enrolment": each, "points": list(marks[each].points), "reason": marks[each].reason}
            for each in sorted(marks)
        ],
    }


def exact(number: Fraction) -> str:
    """Return a total as it is published: a fraction, not rounded."""
    return f"{number.numerator}/{number.denominator}"


def shown(number: str) -> str:
    """Return a published total as a page shows it: two decimals, half up; the file is exact."""
    whole = Fraction(number) * 10**_PLACES
    cents = (2 * whole.numerator + whole.denominator) // (2 * whole.denominator)
    return f"{cents // 100}.{cents % 100:02d}"


def table(sheet: Mapping[str, object], names: Mapping[str, str]) -> bytes:
    """Return a published sheet as a table that every spreadsheet opens and none executes."""
    criteria = _lines(sheet, "criteria")
    firms = {line["enrolment"]: line for line in _lines(sheet, "firms")}
    header = ["报名序号", "机构", "统一社会信用代码", "总分", "评审专家", "专家编码"]
    header += [f"{each['name']}（{each['points_max']}）" for each in criteria]
    rows: list[list[object]] = []
    for member in _lines(sheet, "members"):
        for mark in member["marks"]:
            firm = firms.get(mark["enrolment"], {})
            code = str(firm.get("firm", ""))
            score = shown(str(firm["total"])) if "total" in firm else ""
            first = [mark["enrolment"] + 1, names.get(code, ""), code, score]
            who = [member["name"], member["expert"]]
            rows.append([*first, *who, *mark["points"], sum(mark["points"]), mark["reason"]])
    rows.sort(key=lambda row: (int(str(row[0])), str(row[5])))
    return written(Format.CSV, [*header, "合计", "理由"], rows)


def _lines(sheet: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    found = sheet[name]
    return found if isinstance(found, list) else []
