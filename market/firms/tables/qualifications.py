"""A firm's own list of certificates."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import ClassVar, Final

from market.catalogue.rules import GRADE_SCALES, QualificationKind
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries
from market.firms.actions.qualifications import (
    QualificationFacts,
    add_qualification,
    check_term,
    require_changeable,
)
from market.firms.model import FirmQualification
from market.firms.tables.taker import (
    DifferentRowError,
    Payload,
    Taker,
    day_of,
    differences,
    plain,
    text_of,
)
from market.sheets.columns import Column, a_day, a_past_day, a_word, show_word

KINDS: Final = {
    "行政许可": QualificationKind.LICENCE,
    "资质许可": QualificationKind.LICENCE,
    "许可": QualificationKind.LICENCE,
    "备案或登记": QualificationKind.FILING,
    "备案登记": QualificationKind.FILING,
    "备案": QualificationKind.FILING,
    "信用平台登记": QualificationKind.CREDIT_PLATFORM,
}
_UNGRADED: Final = "不分级"
_GRADES: Final = {grade: grade for scale in GRADE_SCALES for grade in scale} | {
    "甲": "甲级",
    "乙": "乙级",
    "丙": "丙级",
    "丁": "丁级",
    _UNGRADED: _UNGRADED,
    "": _UNGRADED,
}


class Qualifications(Taker):
    """Takes over a firm's certificates; the operator confirms them later."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            key="kind",
            heading=msgid("资质类别"),
            aliases=("类别",),
            characters=20,
            read=a_word(KINDS),
            show=show_word(KINDS),
            hint=msgid("行政许可、备案或登记、信用平台登记"),
        ),
        Column(
            key="name",
            heading=msgid("资质名称"),
            aliases=("证书名称", "名称"),
            characters=100,
            is_name=True,
        ),
        Column(key="major", heading=msgid("专业"), characters=100, required=False),
        Column(
            key="grade",
            heading=msgid("等级"),
            characters=10,
            required=False,
            read=a_word(_GRADES),
            hint=msgid("不分等级的留空"),
        ),
        Column(
            key="number",
            heading=msgid("证书编号"),
            aliases=("编号", "备案编号", "证书（备案）编号"),
            characters=60,
        ),
        Column(
            key="issuer",
            heading=msgid("发证机关"),
            aliases=("备案机关", "发证（备案）机关", "发证部门"),
            characters=100,
        ),
        Column(
            key="valid_from_on",
            heading=msgid("有效期起"),
            aliases=("发证日期",),
            characters=30,
            read=a_past_day,
            hint=msgid("例如 2024-01-01"),
        ),
        Column(
            key="valid_to_on",
            heading=msgid("有效期止"),
            aliases=("有效期至",),
            characters=30,
            required=False,
            read=a_day,
            hint=msgid("长期有效的留空"),
        ),
    )
    identity = "identity"
    blamed = "number"
    most_rows = 1_000
    preview = ("name", "major", "grade", "number", "valid_from_on", "valid_to_on")

    def __init__(self, work: UnitOfWork, key: bytes) -> None:
        super().__init__(work, key)
        self.firm = queries.own(work)
        require_changeable(self.firm)
        self._known = {_identity(row): row for row in queries.qualifications(work, self.firm.id)}

    def pack(self, values: Mapping[str, object]) -> Payload:
        """Return a certificate as it waits; its term is judged as a form's is."""
        facts = QualificationFacts(**values)  # type: ignore[arg-type]  # read by key
        check_term(facts, self.work.today)
        packed = {key: plain(value) for key, value in asdict(facts).items()}
        return packed | {"identity": _identity(facts)}

    def settle(self, payload: Payload) -> bool:
        """Return whether the certificate is new.

        Raises:
            DifferentRowError: One of that kind, number and first day says something else.
        """
        row = self._known.get(str(payload["identity"]))
        if row is None:
            return True
        if other := differences(payload, row, self.columns):
            raise DifferentRowError(other, "number")
        return False

    def enter(self, payload: Payload) -> None:
        """Add a certificate."""
        first = day_of(payload, "valid_from_on")
        facts = QualificationFacts(
            kind=QualificationKind(text_of(payload, "kind")),
            name=text_of(payload, "name"),
            major=text_of(payload, "major"),
            grade=text_of(payload, "grade"),
            number=text_of(payload, "number"),
            issuer=text_of(payload, "issuer"),
            valid_from_on=first or self.work.today,
            valid_to_on=day_of(payload, "valid_to_on"),
        )
        add_qualification(self.work, self.firm, facts)


def _identity(of: QualificationFacts | FirmQualification) -> str:
    return f"{of.kind.value}|{of.number}|{of.valid_from_on.isoformat()}"
