"""Which rows about re-reviews are compared with which entries of the market."""

from market.contracts.model import Contract
from market.panels.model import Seat
from market.rereview.model import Rereview, RereviewSheet
from market.selfaudit.told import Told, table_of, told


def rereview_checks() -> tuple[Told, ...]:
    """Return the comparisons of where re-reviews stand, of sheets, and of how they ended."""
    row, sheet = table_of(Rereview), table_of(RereviewSheet)
    contract, seat = table_of(Contract), table_of(Seat)
    is_ended = (contract.c.id == row.c.contract_id) & row.c.decided_at.is_not(None)
    sealed = sheet.join(row, row.c.id == sheet.c.rereview_id).join(
        seat, seat.c.id == sheet.c.seat_id
    )
    return (
        told(
            "rereview.moved.v1",
            row,
            {"rereview": row.c.number},
            {"state": row.c.state, "due_at": row.c.due_at},
        ),
        told(
            "rereview.sealed.v1",
            sheet,
            {"rereview": row.c.number, "expert": seat.c.expert_code},
            {"commitment": sheet.c.commitment},
            rows=sealed,
        ),
        told(
            "rereview.ended.v1",
            row,
            {"rereview": row.c.number},
            {"contract": contract.c.number, "salt": row.c.salt, "state": row.c.state},
            rows=row.join(contract, is_ended),
        ),
    )
