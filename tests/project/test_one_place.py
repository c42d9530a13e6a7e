"""What was once said in several places is said in one, and stays there."""

import re
from pathlib import Path

import pytest

MARKET = Path(__file__).parents[2] / "market"

ONLY_IN = {
    "who took an earlier step, compared by hand": (
        r"_by_id [!=]= work\.(actor\.)?user_id|work\.(actor\.)?user_id (not )?in \{",
        {"duties.py", "documents/queries.py"},  # The latter asks who opened a file: no duty.
    ),
    "months counted by hand": (
        r"monthrange|divmod\(.*, 12\)",
        {"clock.py"},
    ),
    "yuan written by hand": (
        r"// 100:,\}",
        {"money.py", "tariffs/words.py"},  # The latter rounds fractions of a fen, and marks that.
    ),
    "an upload handed out by hand": (r"download_name=stored", {"web/downloads.py"}),
    "the operator, looked for by hand": (
        r"Organisation\.kind == OrgKind\.OPERATOR\)\s*\.order_by\(\S+\)\s*\.limit",
        {"accounts/queries.py"},
    ),
    "the groups of each authority, read by hand": (
        r"scalars\(select\(OrganisationScope\)\)",
        {"accounts/queries.py"},
    ),
    "a form run by hand": (r"^_NOT_FOR_THE_FORM", {"web/deeds.py"}),
}


@pytest.mark.parametrize("what", ONLY_IN)
def test_it_is_said_in_one_place(what):
    pattern, places = ONLY_IN[what]
    found = {
        path.relative_to(MARKET).as_posix()
        for path in MARKET.rglob("*.py")
        if re.search(pattern, path.read_text("utf-8"), re.MULTILINE)
    }
    assert found - places == set()
