"""Inputs that a careless program reads otherwise than a careful one: all three must agree.

What is expected is what docs/spec says; the reason stands beside each group. A case is made only
when it is asked for, and each verifier reads all of them in one run.
"""

from functools import cache

import pytest

from tests.verifiers import (
    odd_after,
    odd_archives,
    odd_draws,
    odd_keys,
    odd_notes,
    odd_policies,
    odd_spelling,
    odd_voids,
)
from tests.verifiers.programs import COMMANDS, ask, need, written

CASES = {
    **odd_spelling.CASES,
    **odd_notes.CASES,
    **odd_policies.CASES,
    **odd_archives.CASES,
    **odd_draws.CASES,
    **odd_keys.CASES,
    **odd_after.CASES,
    **odd_voids.CASES,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All cases by name, as files."""
    folder = tmp_path_factory.mktemp("odd")
    odds = {name: make() for name, make in CASES.items()}
    questions = written(folder, [(odd.bundle, odd.policy, odd.numbers) for odd in odds.values()])
    return folder, odds, questions


@pytest.fixture(scope="module")
def answers(made):
    """A function from a language to what its verifier says of every case."""
    folder, odds, questions = made

    @cache
    def of(language: str) -> dict[str, dict]:
        need(language)
        return dict(zip(odds, ask(language, folder, questions), strict=True))

    return of


@pytest.mark.parametrize("language", COMMANDS)
def test_odd_inputs_are_read_as_the_text_says(language, made, answers):
    expected, found = made[1], answers(language)
    wrong = {name: found[name] for name in CASES if not is_as(found[name], expected[name])}
    assert wrong == {}


def is_as(answer, expected) -> bool:
    """Whether a verifier said of a case what the text says."""
    checks = answer["checks"]
    failed = {check for check, how in checks.items() if how == "failed"}
    return (
        answer["verdict"] == expected.verdict
        and expected.failed in {None, frozenset(failed)}
        and all(checks[check] == "flagged" for check in expected.flagged)
    )


@pytest.mark.parametrize("language", [name for name in COMMANDS if name != "python"])
def test_two_verifiers_say_the_same_of_odd_inputs(language, answers):
    found, reference = answers(language), answers("python")
    assert {name: without_blocking(found[name]) for name in CASES} == {
        name: without_blocking(reference[name]) for name in CASES
    }


def without_blocking(answer):
    """Take failed and blocked for one: which check is to blame is a verifier's own affair."""
    refused = {"failed": "refused", "blocked": "refused"}
    checks = {name: refused.get(how, how) for name, how in answer["checks"].items()}
    return answer | {"checks": checks}
