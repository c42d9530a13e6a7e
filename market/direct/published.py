"""What the firm's own published fee gives for a direct choice, which is never above it."""

from dataclasses import dataclass
from typing import Final

from market import regulations
from market.db import UnitOfWork
from market.direct.errors import (
    DisclosedFeeError,
    FeeBaseMissingError,
    FeeTableMissingError,
    FeeUncomputableError,
)
from market.firms.model import Firm, FirmFee
from market.firms.queries import current_fee
from market.labels import label_of
from market.needs.model import Need
from market.needs.price_cap import FEES_SUBJECT
from market.tariffs import inputs
from market.tariffs.comparing import Hindrance
from market.tariffs.disclosed import base_label, named, price_of, project_of

_TABLES: Final = frozenset(
    {Hindrance.NOT_COMPUTED, Hindrance.OTHER_STANDARD, Hindrance.OTHER_VARIANT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What of the project a fee is computed from: bases by name, and a calculation by a table."""

    bases: str = ""
    standard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The version of a fee that binds a choice, and what it gives or why nothing."""

    fee: FirmFee | None
    limit_fen: int | None
    hindrance: Hindrance | None


def inputs_for(need: Need, typed: Inputs) -> Inputs:
    """Return what fees are computed from: what the need states, and what was typed beside it.

    What the need states cannot be stated otherwise here: a base of the same name, and a
    calculation by the same table.

    Raises:
        BasesError, QuestionError: They cannot be read.
    """
    stated = inputs.read_bases(need.fee_bases)
    known = {base.key for base in stated}
    further = [base for base in inputs.read_bases(typed.bases) if base.key not in known]
    ours, theirs = (inputs.read_question(text) for text in (need.fee_standard, typed.standard))
    keeps = ours is not None and (theirs is None or theirs.table == ours.table)
    return Inputs(
        bases=inputs.written([*stated, *further]),
        standard=need.fee_standard if keeps else typed.standard,
    )


def published(work: UnitOfWork, need: Need, firm: Firm, given: Inputs) -> Published:
    """Return what a firm's fee in force today gives for a need.

    Raises:
        BasesError, QuestionError: The inputs cannot be read.
    """
    fee = current_fee(work, firm.id, need.item_code)
    project = project_of(given.bases, given.standard, work.today)
    found = price_of(fee, project, work.today)
    if isinstance(found, Hindrance):
        return Published(fee=fee, limit_fen=None, hindrance=found)
    if found.fee_fen <= 0:
        return Published(fee=fee, limit_fen=None, hindrance=Hindrance.NOTHING)
    return Published(fee=fee, limit_fen=found.fee_fen, hindrance=None)


def require_within(
    work: UnitOfWork, need: Need, firm: Firm, given: Inputs, price_fen: int
) -> Published:
    """Refuse a price above what the firm itself published.

    Where the rules let a published fee bind (docs/adr/0041), one that cannot be computed is
    refused too: the form asks for what is missing.

    Raises:
        DisclosedFeeError: The price is above it.
        FeeBaseMissingError, FeeTableMissingError: The need says too little to compute it.
        FeeUncomputableError: Nothing that could be said would make it an amount.
        BasesError, QuestionError: The inputs cannot be read.
    """
    found = published(work, need, firm, given)
    if found.limit_fen is not None and price_fen > found.limit_fen:
        raise DisclosedFeeError(found.limit_fen)
    hard = regulations.in_force(FEES_SUBJECT, work.today).flag("award.capped_by_disclosed")
    if hard and found.hindrance is not None:
        _say_what_is_missing(work, found.fee, found.hindrance)
    return found


def _say_what_is_missing(work: UnitOfWork, fee: FirmFee | None, why: Hindrance) -> None:
    if fee is not None and why is Hindrance.NO_BASE:
        raise FeeBaseMissingError(base_label(fee))
    if fee is not None and why in _TABLES:
        table = named(fee, work.today)
        raise FeeTableMissingError(table.name.zh if table else fee.basis_document)
    raise FeeUncomputableError(label_of(why).text)
