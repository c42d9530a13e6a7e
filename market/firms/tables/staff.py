"""A firm's own list of people. No identity number outlives the reading of the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import ClassVar, Final

from sqlalchemy import select

from market.codes import id_number
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries
from market.firms.actions.qualifications import require_changeable
from market.firms.actions.staff import (
    Enlisted,
    StaffFacts,
    after_change,
    enlist,
    keeps_from,
    recognised,
)
from market.firms.errors import PersonElsewhereError
from market.firms.model import FirmStaff
from market.firms.tables.taker import (
    DifferentRowError,
    Payload,
    Taker,
    chunks,
    day_of,
    differences,
    plain,
    text_of,
)
from market.sheets.columns import Column, a_day
from market.sheets.errors import RoundedCodeError

_ROUNDED: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)


def _id_number(text: str, today: date) -> str:
    del today
    if _ROUNDED.fullmatch(text):
        raise RoundedCodeError
    return id_number(text).number


class Staff(Taker):
    """Takes over a firm's people; the operator confirms them later."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column(key="name", heading=msgid("姓名"), characters=50, is_name=True),
        Column(
            key="id_number",
            heading=msgid("身份证号码"),
            aliases=("身份证号", "身份证", "证件号码", "公民身份号码"),
            characters=40,
            read=_id_number,
            private=True,
            stored="id_masked",
            hint=msgid("单元格请设为“文本”格式；系统只保留摘要和遮蔽后的号码"),
        ),
        Column(
            key="certificate",
            heading=msgid("证书名称"),
            aliases=("资格证书", "证书", "资格（职称）证书"),
            characters=100,
            is_name=True,
            hint=msgid("与服务事项要求的证书名称一致，例如 一级注册造价工程师"),
        ),
        Column(
            key="certificate_number",
            heading=msgid("证书编号"),
            aliases=("注册编号", "编号"),
            characters=60,
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
    identity = "person_digest"
    blamed = "id_number"
    most_rows = 1_000
    preview = ("name", "id_number", "certificate", "certificate_number", "valid_to_on")

    def __init__(self, work: UnitOfWork, key: bytes) -> None:
        super().__init__(work, key)
        self.firm = queries.own(work)
        require_changeable(self.firm)
        self._known: dict[str, FirmStaff] = {}

    def pack(self, values: Mapping[str, object]) -> Payload:
        """Return a person as one waits, without the identity number."""
        facts = StaffFacts(**values)  # type: ignore[arg-type]  # read by key
        person = recognised(facts, self.work.today, self.key)
        return {key: plain(value) for key, value in asdict(person).items()}

    def prepare(self, payloads: Sequence[Payload]) -> None:
        """Look up who is on a list now."""
        self._known = {}
        for some in chunks([str(payload["person_digest"]) for payload in payloads]):
            query = (
                select(FirmStaff)
                .where(FirmStaff.person_digest.in_(some), keeps_from(self.firm))
                .order_by(FirmStaff.firm_id == self.firm.id)  # The firm's own row wins.
            )
            found = self.work.session.scalars(query)
            self._known |= {row.person_digest: row for row in found}

    def settle(self, payload: Payload) -> bool:
        """Return whether the person is new here.

        Raises:
            PersonElsewhereError: The person is on another firm's list.
            DifferentRowError: The firm has stated another name or certificate.
        """
        row = self._known.get(str(payload["person_digest"]))
        if row is None:
            return True
        if row.firm_id != self.firm.id:
            raise PersonElsewhereError
        if other := differences(payload, row, self.columns):
            raise DifferentRowError(other, "id_number")
        return False

    def enter(self, payload: Payload) -> None:
        """Add a person."""
        person = Enlisted(
            name=text_of(payload, "name"),
            person_digest=text_of(payload, "person_digest"),
            id_masked=text_of(payload, "id_masked"),
            certificate=text_of(payload, "certificate"),
            certificate_number=text_of(payload, "certificate_number"),
            valid_to_on=day_of(payload, "valid_to_on"),
        )
        enlist(self.work, self.firm, person)

    def finish(self) -> None:
        """Say how many people count now, and look at the services again."""
        after_change(self.work, self.firm)
