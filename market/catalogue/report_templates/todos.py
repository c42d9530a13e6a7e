"""What there is to do about the templates of progress reports, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.catalogue.report_templates import queries
from market.db import UnitOfWork
from market.duties import took


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Templates that a colleague wrote."""
    return [
        Todo(
            what=gettext("复核进度报告模板"),
            detail=row.item_code,
            url=url_for("report_templates.decide", template_id=row.id),
        )
        for row in queries.waiting(work)
        if not took(work, row.proposed_by_id)
    ]
