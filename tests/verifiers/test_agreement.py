"""Three verifiers that share no code say the same of every bundle, honest or not.

``ISMDRAW_CASES`` says how many random bundles they are asked about: 300 here, 10,000 in the soak.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lottery import random_bundles
from tests.lottery.vector_bundles import ALL_POLICIES, cases, said_of

ROOT = Path(__file__).parent.parent.parent
VERIFIERS = ROOT / "lottery" / "verifiers"
COUNT = int(os.environ.get("ISMDRAW_CASES", "300"))
CHUNK = 500
# For each verifier the program that runs it, and its words before --batch.
PROGRAMS = {
    "python": (sys.executable, ["-m", "lottery", "verify"]),
    "javascript": ("node", [str(VERIFIERS / "javascript" / "cli.js")]),
    "ruby": ("ruby", [str(VERIFIERS / "ruby" / "ismdraw.rb")]),
}
# Whether a check failed by itself or for want of another is not for verifiers to agree on.
REFUSED = {"failed": "refused", "blocked": "refused"}


@pytest.fixture(params=["javascript", "ruby"])
def other(request):
    """Return the name of a verifier that must be there."""
    program, (script, *_) = PROGRAMS[request.param]
    assert Path(script).is_file(), f"the {request.param} verifier is missing: {script}"
    assert shutil.which(program), f"{program} is missing; deploy/system_needs.py says what to do"
    return request.param


def started(verifier, batch):
    program, words = PROGRAMS[verifier]
    with (batch.parent / f"{verifier}.out").open("wb") as out:
        return subprocess.Popen([program, *words, "--batch", str(batch)], cwd=ROOT, stdout=out)


def answers_of(verifier, batch, running):
    assert running.wait() == 0, f"the {verifier} verifier broke off"
    lines = (batch.parent / f"{verifier}.out").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def seen_in(case):
    return tuple(map(int, case.numbers.split(","))) if case.numbers else None


def without_blocking(said):
    return said | {"checks": {k: REFUSED.get(v, v) for k, v in said["checks"].items()}}


def differences(names, answers):
    """Return which verifiers say what of the cases they do not agree on."""
    found = {}
    for number, name in enumerate(names):
        said = {verifier: lines[number] for verifier, lines in answers.items()}
        if len({json.dumps(each, sort_keys=True) for each in said.values()}) > 1:
            found[name] = {
                verifier: {
                    k: v
                    for k, v in flat(each).items()
                    if any(flat(another).get(k) != v for another in said.values())
                }
                for verifier, each in said.items()
            }
    return found


def flat(said):
    return {k: v for k, v in said.items() if k != "checks"} | said["checks"]


def test_verifiers_say_of_every_made_case_what_the_manifest_says(tmp_path, other):
    every = cases()
    made = [(case.name, case.data, ALL_POLICIES[case.policy], seen_in(case)) for case in every]
    batch = random_bundles.write(tmp_path, made)
    answers = {"manifest": [said_of(case) for case in every]}
    answers[other] = answers_of(other, batch, started(other, batch))

    assert len(answers[other]) == len(every)
    assert differences([case.name for case in every], answers) == {}


def assert_varied(answers):
    """Every verdict occurs, and every check is refused somewhere: the dice are not loaded."""
    refused = {
        name for said in answers for name, word in said["checks"].items() if word == "refused"
    }

    assert {said["verdict"] for said in answers} == {"believed", "refused", "malformed"}
    assert refused == {f"V{number}" for number in range(1, 15)}


@pytest.mark.long
def test_verifiers_agree_on_bundles_that_nobody_thought_of(tmp_path):
    for start in range(0, COUNT, CHUNK):
        count = min(CHUNK, COUNT - start)
        folder = tmp_path / str(start)
        folder.mkdir()
        made = random_bundles.cases(count, start)
        batch = random_bundles.write(folder, made)
        running = {verifier: started(verifier, batch) for verifier in PROGRAMS}
        answers = {
            verifier: [without_blocking(said) for said in answers_of(verifier, batch, process)]
            for verifier, process in running.items()
        }

        assert {len(lines) for lines in answers.values()} == {count}
        assert differences([name for name, *_ in made], answers) == {}
        assert made == random_bundles.cases(count, start)
        assert_varied(answers["python"])
        shutil.rmtree(folder)
