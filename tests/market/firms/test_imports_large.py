"""Ten thousand firms: read in seconds, told row by row, taken over bit by bit, and only once."""

import time

import pytest
from sqlalchemy import func, select

from market.db import reading_work
from market.firms import import_jobs, importing
from market.firms.model import Firm
from market.firms.tables import Subject
from market.sheets.errors import SheetError
from market.sheets.model import SheetImport, SheetImportRow
from market.sheets.rules import ImportState
from tests.market.factories.firms import a_code, an_operator
from tests.market.firms.lists import COLUMNS, KEY, a_row, judged, table_of

ROWS = 10_000
SECONDS = 60  # a few where nothing else runs


def test_ten_thousand_rows_are_judged_in_seconds_and_the_last_fault_is_found(fast_here, working):
    keys = [column.key for column in COLUMNS]
    usual = dict(zip(keys, a_row(), strict=True))
    rows = [usual | {"code": a_code()} for _ in range(ROWS)]
    rows[-1]["contact_phone"] = "12"
    content = table_of(Subject.FIRMS, *rows)
    began = time.monotonic()
    with working(fast_here, an_operator(fast_here)) as work:
        report = judged(work, content)
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.value) == (ROWS + 1, "联系电话", "12")
    assert (report.rows, report.fresh) == (ROWS, ROWS - 1)
    assert time.monotonic() - began < SECONDS


def test_ten_thousand_and_one_rows_are_told_to_be_split(fast_here, working):
    row = dict(zip([column.key for column in COLUMNS], a_row(), strict=True))
    content = table_of(Subject.FIRMS, *[row] * (ROWS + 1))
    with (
        working(fast_here, an_operator(fast_here)) as work,
        pytest.raises(SheetError, match="超过 10000 行"),
    ):
        judged(work, content)


def test_a_large_import_is_taken_over_in_parts_with_its_progress_told(fast_here, working):
    rows = importing.CHUNK * 3 + 7
    keys = [column.key for column in COLUMNS]
    listed = [dict(zip(keys, a_row(code=a_code()), strict=True)) for _ in range(rows)]
    with working(fast_here, an_operator(fast_here)) as work:
        row = importing.preview(work, Subject.FIRMS, table_of(Subject.FIRMS, *listed), KEY)
        importing.confirm(work, row)
    progress = []
    while import_jobs.step(fast_here, row.id):
        with reading_work(fast_here.sessions, import_jobs.JOB, fast_here.clock) as work:
            progress.append(work.session.get_one(SheetImport, row.id).gone_through)
    assert progress == [importing.CHUNK, importing.CHUNK * 2, importing.CHUNK * 3]
    with reading_work(fast_here.sessions, import_jobs.JOB, fast_here.clock) as work:
        done = work.session.get_one(SheetImport, row.id)
        assert (done.state, done.taken) == (ImportState.DONE, rows)
        assert work.session.scalar(select(func.count(Firm.id))) == rows
        assert work.session.scalar(select(func.count()).select_from(SheetImportRow)) == 0
