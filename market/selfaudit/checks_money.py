"""Which rows of the money after an award are compared with which entries."""

from market.contracts.model import Contract
from market.explanations.model import Explanation
from market.payments.model import PaymentOverdue, Voucher
from market.selfaudit.told import Told, table_of, told
from market.supplements.model import Supplement


def money_checks() -> tuple[Told, ...]:
    """Return the comparisons of vouchers, overdue payments, add-on contracts and explanations."""
    contract, voucher = table_of(Contract), table_of(Voucher)
    overdue, supplement = table_of(PaymentOverdue), table_of(Supplement)
    explanation = table_of(Explanation)
    named = {"contract": contract.c.number}
    added = {"supplement": supplement.c.number}
    return (
        told(
            "contract.payer.v1",
            contract,
            named,
            {"payer": contract.c.payer, "for_own_review": contract.c.for_own_review},
        ),
        told("contract.model.v1", contract, named, {"use": contract.c.model_use}),
        told(
            "voucher.recorded.v1",
            voucher,
            named | {"sequence": voucher.c.sequence},
            {
                "of": voucher.c.kind,
                "dated_on": voucher.c.dated_on,
                "amount_fen": voucher.c.amount_fen,
            },
            rows=voucher.join(contract, contract.c.id == voucher.c.contract_id),
        ),
        told(
            "payment.overdue.v1",
            overdue,
            named | {"due_on": overdue.c.due_on},
            {"open_fen": overdue.c.open_fen, "regulation": overdue.c.regulation_id},
            rows=overdue.join(contract, contract.c.id == overdue.c.contract_id),
        ),
        told("supplement.proposed.v1", supplement, added, {"amount_fen": supplement.c.amount_fen}),
        told(
            "supplement.moved.v1",
            supplement,
            added,
            {"state": supplement.c.state},
            untold="proposed",
        ),
        told(
            "explanation.moved.v1",
            explanation,
            {"explanation": explanation.c.number},
            {"state": explanation.c.state, "amount_fen": explanation.c.amount_fen},
        ),
    )
