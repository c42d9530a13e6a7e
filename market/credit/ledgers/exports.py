"""An owner's ledger as a file: every event, what it costs and until when."""

from flask_babel import gettext

from market.credit.ledgers.queries import OwnerEvent


def owner_header() -> list[str]:
    """Return the columns of an owner's ledger."""
    return [
        gettext("事由"),
        gettext("编号"),
        gettext("事实"),
        gettext("发生时间"),
        gettext("记分"),
        gettext("计分至"),
        gettext("是否计入"),
    ]


def owner_row(row: OwnerEvent) -> list[object]:
    """Return one event as a row of the file."""
    return [
        row.fault,
        row.number,
        row.detail,
        row.at,
        row.points,
        row.counts_until_at,
        gettext("计入") if row.counts else gettext("不计入"),
    ]
