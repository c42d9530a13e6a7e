"""What became of results beside a contract: objections and findings, compared with the log."""

from market.contracts.ending.model import ContractEnding
from market.contracts.signing.model import SigningCase
from market.objections.model import AwardObjection
from market.selfaudit.told import Told, table_of, told


def branch_checks() -> tuple[Told, ...]:
    """Return the comparisons of objections, of who did not sign, and of contracts ended."""
    objection, case = table_of(AwardObjection), table_of(SigningCase)
    ending = table_of(ContractEnding)
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
        told(
            "contract.ending-moved.v1",
            ending,
            {"ending": ending.c.number},
            {
                "state": ending.c.state,
                "cause": ending.c.cause,
                "fault": ending.c.fault,
                "settled_fen": ending.c.settled_fen,
                "regulation": ending.c.regulation_id,
            },
        ),
    )
