"""What became of results beside a contract: objections and findings, compared with the log."""

from market.contracts.signing.model import SigningCase
from market.objections.model import AwardObjection
from market.selfaudit.told import Told, table_of, told


def branch_checks() -> tuple[Told, ...]:
    """Return the comparisons of objections, and of who did not sign."""
    objection, case = table_of(AwardObjection), table_of(SigningCase)
    said = ("party", "ground", "freezes", "state", "regulation_id")
    return (
        told(
            "award.objection-moved.v1",
            objection,
            {"objection": objection.c.number},
            {name.removesuffix("_id"): objection.c[name] for name in said},
        ),
        told(
            "award.unsigned-moved.v1",
            case,
            {"case": case.c.number},
            {"state": case.c.state, "regulation": case.c.regulation_id},
        ),
    )
