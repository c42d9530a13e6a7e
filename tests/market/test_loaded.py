"""A process that knows only the sweeps knows every method's judge: pages alone load none."""

import subprocess
import sys

SAY = """
from market import jobs, schema
from market.draws import methods
from market.needs.methods import Method
schema.metadata()
jobs.sweeps()
print(sorted(set(Method) - {Method.LOTTERY} - set(methods._JUDGES)))
"""


def test_the_worker_can_judge_every_method():
    ran = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
