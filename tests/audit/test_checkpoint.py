"""A checkpoint is three lines and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, parse_text
from audit.errors import MalformedError
from tests.audit.making import a_checkpoint, entries

GOOD = a_checkpoint(entries(5)).text
origins = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)


@given(origins, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_leads_back_to_itself(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)

    assert parse_text(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD[:-1],
        GOOD + "extension\n",
        GOOD + "\n",
        "\n" + GOOD,
        GOOD.replace("\n5\n", "\n05\n"),
        GOOD.replace("\n5\n", "\n-5\n"),
        GOOD.replace("\n5\n", "\n+5\n"),
        GOOD.replace("\n5\n", "\n5 \n"),
        GOOD.replace("\n5\n", "\n٥\n"),
        GOOD.replace("\n5\n", "\n\n"),
        GOOD.replace("\n5\n", "\n5_0\n"),
        GOOD.replace("\n5\n", f"\n{2**63}\n"),
        GOOD.replace("\n5\n", f"\n{'9' * 5000}\n"),
        GOOD.replace("=\n", "\n"),
        GOOD.replace("=\n", "==\n"),
        "o\n0\nAAAA\n",
        "o\n0\n\n",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(MalformedError):
        parse_text(text)
