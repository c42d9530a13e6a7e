"""A process that knows only the sweeps knows every judge, and what rests on every document."""

import subprocess
import sys

SAY = """
from market import jobs, schema
from market.draws import methods
from market.needs.methods import Method, is_scored, is_weighted
schema.metadata()
jobs.sweeps()
print(sorted(set(Method) - {Method.LOTTERY} - set(methods._JUDGES)))
print(sorted(filter(is_weighted, Method)) == sorted(methods._WEIGHERS))
print(sorted(filter(is_scored, Method)) == sorted(methods._EARLY) == sorted(methods._FAREWELLS))
print(sorted(filter(is_scored, Method)) == sorted(methods._OPENERS))
"""


def test_the_worker_can_judge_every_method():
    ran = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["[]", "True", "True", "True"]


HELD = """
from market import jobs, schema
from market.documents import resting
from market.documents.rules import Subject
schema.metadata()
jobs.sweeps()
print(sorted(set(Subject) - set(resting._OF_SUBJECT)))
print(*sorted(module for module, _ in resting._OF_DOCUMENT))
"""


def test_the_worker_knows_what_rests_on_every_document():
    ran = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == [
        "[]",
        "market.credit.cases.queries market.objections.evidence",
    ]
