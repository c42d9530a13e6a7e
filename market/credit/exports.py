"""The ledger as a file: every event, what it costs, until when, by which clause, on what proof."""

from flask_babel import gettext

from market.credit.queries import LedgerRow


def ledger_header() -> list[str]:
    """Return the columns of the ledger."""
    return [
        gettext("失信行为"),
        gettext("发生时间"),
        gettext("登记时间"),
        gettext("记分"),
        gettext("计分至"),
        gettext("是否计入"),
        gettext("事实和证据"),
        gettext("规则"),
        gettext("条款"),
        gettext("案件"),
        gettext("涉及的执业人员"),
        gettext("认定不成立的理由"),
    ]


def ledger_row(row: LedgerRow) -> list[object]:
    """Return one event of the ledger as a row of the file."""
    breach = row.breach
    return [
        breach.kind,
        breach.occurred_at,
        breach.entered_at,
        breach.points,
        row.counts_until_at,
        gettext("计入") if row.counts else gettext("不计入"),
        breach.evidence,
        breach.regulation_id,
        gettext("平台默认值") if breach.clause == "platform default" else breach.clause,
        row.case_number,
        row.person,
        row.annulled.why if row.annulled else None,
    ]
