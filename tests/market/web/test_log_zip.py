"""The whole log as zip files: all of it, in parts that never change, and readable by verifiers."""

import io
import zipfile

from hypothesis import example, given
from hypothesis import strategies as st

from audit.directory import verify_export
from audit.tiles import tiles_of
from market import log
from market.web.log_zip import PART_ENTRIES, parts_of, tiles_in
from tests.market.test_log import submit

SIZES = st.integers(0, 5 * PART_ENTRIES)


@given(SIZES)
@example(1)
@example(PART_ENTRIES)
@example(PART_ENTRIES + 1)
def test_every_tile_is_in_one_part(size):
    found = [tile for part in range(parts_of(size)) for tile in tiles_in(size, part)]
    assert sorted(found) == sorted(tiles_of(size))


@given(SIZES, SIZES)
def test_a_part_that_is_full_never_changes(size, other):
    size, larger = sorted((size, other))
    for part in range(parts_of(size) - 1):
        assert [*tiles_in(size, part)] == [*tiles_in(larger, part)]


def test_the_page_gives_the_whole_log(client, fast_here, tmp_path):
    assert "日志里还没有记录" in client.get("/log/").text
    assert client.get("/log/log-1.zip").status_code == 404
    for number in range(300):
        submit(fast_here, b"entry %d" % number)
    log.sequence(fast_here)
    page = client.get("/log/").text
    assert 'href="/log/log-1.zip"' in page
    assert "现有 300 条记录" in page
    assert client.get("/log/checkpoint").text.strip() in page.replace("&#43;", "+")
    with client.get("/log/log-1.zip") as answer, client.get("/log/log-1.zip") as again:
        assert answer.mimetype == "application/zip"
        assert "log-1.zip" in answer.headers["Content-Disposition"]
        body = answer.data
        assert body == again.data
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(tmp_path)
    assert verify_export(tmp_path / "log", log.vkey(fast_here)) == []
    for number in (0, 2, 10**30):
        assert client.get(f"/log/log-{number}.zip").status_code == 404
