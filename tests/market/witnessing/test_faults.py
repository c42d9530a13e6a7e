"""Every way in which a witness fails has words for the operator."""

import pytest

from audit.feeder import ALARMS, FaultKind
from market.witnessing_faults import WitnessFault, fault_of


@pytest.mark.parametrize("kind", FaultKind)
def test_each_fault_has_its_words(kind):
    fault = fault_of(kind.value, "what it said")
    assert (fault.kind, "what it said" in str(fault)) == (kind, True)
    assert ("警报" in str(fault)) == (kind in ALARMS)


def test_no_two_faults_are_one_kind():
    kinds = [fault.kind for fault in WitnessFault.__subclasses__()]
    assert sorted(kinds) == sorted(FaultKind)
    assert fault_of(None, "") is None
