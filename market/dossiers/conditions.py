"""Which rows of a table belong to a case."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from market.dossiers.sheets import Case

Column = InstrumentedAttribute[Any]


def of_need(column: Column) -> Callable[[Case], ColumnElement[bool]]:
    """Choose the rows that refer to the need of the case."""
    return lambda case: column == case.need.id


def of_award(column: Column) -> Callable[[Case], ColumnElement[bool]]:
    """Choose the rows that refer to its award."""
    return lambda case: column == case.award.id


def of_contract(column: Column) -> Callable[[Case], ColumnElement[bool]]:
    """Choose the rows that refer to its contract."""
    return lambda case: column == case.contract.id


def under(
    column: Column, parent: Column, chosen: Callable[[Case], ColumnElement[bool]]
) -> Callable[[Case], ColumnElement[bool]]:
    """Choose the rows whose column refers to a chosen row of another table."""
    return lambda case: column.in_(select(parent).where(chosen(case)))


def every(
    *conditions: Callable[[Case], ColumnElement[bool]],
) -> Callable[[Case], ColumnElement[bool]]:
    """Choose the rows of which all of these hold."""

    def chosen(case: Case) -> ColumnElement[bool]:
        found: ColumnElement[bool] = true()
        for condition in conditions:
            found &= condition(case)
        return found

    return chosen
