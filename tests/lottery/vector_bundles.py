"""The bundles of tests/vectors/bundles: what every verifier, in any language, must say of them.

``write(folder)`` makes the folder anew, for a change of the specification::

    python -c "from tests.lottery import vector_bundles as v; v.write(v.FOLDER)"

Only some cases are kept there; all of them are asked where verifiers are compared.
"""

import json
import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

from lottery.commands.verify import judge
from tests.lottery import vector_fixing as fixing
from tests.lottery import vector_outcome as outcome
from tests.lottery.drawing_facts import POLICIES, VECTORS, secret
from tests.lottery.minilog import vkey
from tests.lottery.vector_believed import believed
from tests.lottery.vector_case import Case
from tests.lottery.vector_malformed import malformed

FOLDER = VECTORS / "bundles"

NEGATIVE = {
    "V1": fixing.breaks_v1,
    "V2": fixing.breaks_v2,
    "V3": fixing.breaks_v3,
    "V4": fixing.breaks_v4,
    "V5": fixing.breaks_v5,
    "V6": fixing.breaks_v6,
    "V7": fixing.breaks_v7,
    "V8": outcome.breaks_v8,
    "V9": outcome.breaks_v9,
    "V10": outcome.breaks_v10,
    "V11": outcome.breaks_v11,
    "V12": outcome.breaks_v12,
    "V13": outcome.breaks_v13,
    "V14": outcome.breaks_v14,
}
# Named for the check whose bound they touch from the right side.
HELD = (
    "v1-two-logs",
    "v5-cut-in-the-last-second",
    "v12-in-the-last-second",
    "v12-lost-by-a-slow-clock",
)

# Variations of other cases, left out of the folder to keep it small.
VARIATIONS = re.compile(
    r"mode-a-round-(1001|1002|1003|657413)|three-witnesses|eleven-firms|firms-late-and-wrong"
    r"|no-firm-committed|ordered-vacant|fresh-mode-(c|d1)|fresh-no-witnesses|third-attempt"
    r"|void-no-witnesses|late-(result|freeze)|v6-unequal|v14-unknown-type|v8-two-values|nobody-revealed|withdrawn"
    r"|v1-unknown-log|v2-consistency-(empty|not-32-bytes|unended)|v2-(proof-unpadded|index-with-zero)"
    r"|v4-(reveal-.*|an-earlier-round)|v5-(cut-in-the-last-second|frozen-too-late-none)"
    r"|v6-(list-unsorted|freeze-(n|weight_total|withdrawn)|close-(first_index|enrolled)|seq-twice)"
    r"|v6-(removed-twice|anothers-enrolment)"
    r"|v7-(wrong-signature|signature-without-key|miscounted|padded-enrolment|committed-twice)"
    r"|v8-signature-(another-round|no-point|infinity|of-another-mode)"
    r"|v8-numbers-(eighty-one|zero)|v8-proof-(of-another-key|swapped|missing|extra)"
    r"|v10-(too-short|another-digest)|v11-(wrong-rank|another-left|stranger-left|ordered-with-.*)"
    r"|v11-fresh-(wrong-rank|own-place|too-early|next-.*|another-game|old-evidence)"
    r"|v11-fresh-cut-(early|holds-nothing)"
    r"|v12-(in-the-last-second|void-outside-the-cut|prior-cut-too-late)|v13-(enrol1|phi)"
    r"|v14-(unknown-version|unknown-member|fraction|negative|too-great|not-json|not-utf-8)"
    r"|v14-(too-long-order|too-many-proofs)"
    r"|v14-(surrogate|entry-of-the-log|prior-of-no-attempt)|mode-b-unseen|fresh-two-vacancies"
    r"|v1-wrong-log-signature|v2-(proof-with-extra|consistency-unpadded|out-of-order)"
    r"|v3-another-need|v5-(freeze-outside-the-cut|reveal-before-freeze|two-freezes)"
    r"|v6-(freeze-enrolled|close-last_index|freeze-digest|list-respelled)|v7-unknown-enrolment"
    r"|v11-(no-reason|left-twice|fresh-without-evidence)|v12-(two-voids|cut-too-late)|v3-prev-without-attempt|v11-fresh-(another-round|later-place-first|not-selected-left)"
    r"|lost-value-no-witnesses|v12-lost-by-a-slow-clock"
)


@cache
def cases() -> tuple[Case, ...]:
    """Return every case, in the order of the manifest."""
    found = [*believed()]
    for name, make in NEGATIVE.items():
        found += [
            replace(case, breaks=None if case.name in HELD else case.breaks or name)
            for case in make()
        ]
    return (*found, *(replace(case, breaks="") for case in malformed()))


def kept() -> list[Case]:
    """Return the cases that the folder holds."""
    return [case for case in cases() if not VARIATIONS.fullmatch(case.name)]


_OTHER_LOG = f"log {vkey('log2.example.cn/draw-log', 1, secret('another log'))}\n".encode()
ALL_POLICIES = POLICIES | {
    "faulty": b"quorum none\n",
    "two-logs": _OTHER_LOG + POLICIES["one"],
    "of-windows": b"\xef\xbb\xbf" + POLICIES["one"].replace(b"\n", b"\r\n"),
}


@cache
def said_of(case: Case) -> dict[str, object]:
    """Return what the Python verifier says of a case."""
    said: dict[str, object] = json.loads(judge(case.data, ALL_POLICIES[case.policy], case.numbers))
    return said


def described(case: Case) -> dict[str, object]:
    """Return a case as the manifest describes it."""
    return {
        "name": case.name,
        "bundle": f"{case.name}.zip",
        "policy": f"policy-{case.policy}",
        "numbers": case.numbers,
        "breaks": case.breaks,
        "expect": said_of(case),
    }


def files() -> dict[str, bytes]:
    """Return every file of the folder by its name."""
    every = kept()
    rows = ",\n".join(json.dumps(described(case), ensure_ascii=False) for case in every)
    made = {f"{case.name}.zip": case.data for case in every}
    made |= {f"policy-{name}": text for name, text in ALL_POLICIES.items()}
    return made | {"manifest.json": f"[\n{rows}\n]\n".encode()}


def write(folder: Path) -> None:
    """Write the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
