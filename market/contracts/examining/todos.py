"""What there is to do while deliverables are examined, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market import regulations
from market.accounts.todo import Todo
from market.contracts.examining import queries
from market.contracts.examining.model import Examination
from market.contracts.examining.record import SUBJECT
from market.contracts.examining.rules import ExamState
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid

_ASKED = {
    ExamState.SUPPLEMENTING: msgid("补正成果"),
    ExamState.LACKING: msgid("补交容缺的材料"),
    ExamState.REVISING: msgid("按评审意见修改成果"),
    ExamState.REVIEW_LACKING: msgid("补交评审容缺的材料"),
}


def _todo(what: str, exam: Examination, contract: Contract, endpoint: str) -> Todo:
    return Todo(
        what=what,
        detail=contract.title,
        url=url_for(f"contracts.{endpoint}", contract_id=contract.id),
        due_at=exam.due_at,
    )


def for_firm(work: UnitOfWork) -> list[Todo]:
    """What the owner or an authority asked the firm to hand in."""
    return [
        _todo(gettext(_ASKED[exam.state]), exam, contract, "supply")
        for exam, contract in queries.asked_of_us(work)
    ]


def for_reviewer(work: UnitOfWork) -> list[Todo]:
    """Rounds that wait for the authority's opinion, and contracts that failed it twice."""
    waiting = [
        _todo(gettext("评审中介机构的成果"), exam, contract, "opinion")
        for exam, contract in queries.to_review(work)
    ]
    least = regulations.in_force(SUBJECT, work.today).integer("review.fails_told")
    words = gettext("成果多次评审不通过：了解情况，按职责处理")
    return waiting + [
        Todo(
            what=words,
            detail=contract.title,
            url=url_for("contracts.show", contract_id=contract.id),
            urgency="soon",
        )
        for contract in queries.failed_often(work, least)
    ]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Rounds that an authority lets lie: its silence passes nothing."""
    words = gettext("督办：评审部门逾期未出具意见")
    return [_todo(words, exam, contract, "show") for exam, contract in queries.late_reviews(work)]
