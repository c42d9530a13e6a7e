"""A registration that looks like another firm's, or that the wrong person signed.

None of it proves anything, so nothing is refused: a person compares the originals (审核), and the
promise route, on which nobody looks first, is closed to it.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import func, or_, select

from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries
from market.firms.checks import QualificationState
from market.firms.model import Firm, FirmQualification
from market.firms.rules import LIVE, FirmState

_HANDED_IN: Final = LIVE | {FirmState.SUBMITTED}
_NAME: Final = msgid("机构名称与另一家已提交或已入驻的机构相同")
_CERTIFICATE: Final = msgid("有资质证书编号与另一家机构现行有效的证书相同")
_SIGNER: Final = msgid("承诺书签署人不是填报的法定代表人，须核对授权材料")


Provider = Callable[[UnitOfWork, Firm], Sequence[str]]
_PROVIDERS: Final[list[Provider]] = []


def provide(function: Provider) -> None:
    """Ask a feature above, from now on, what is doubtful about a registration."""
    if function not in _PROVIDERS:
        _PROVIDERS.append(function)


def normal_name(name: str) -> str:
    """Return a firm's name without what people write differently: width, case, spaces, marks.

    Args:
        name: As registered.

    Source: platform default.
    """
    plain = unicodedata.normalize("NFKC", name).upper()
    return "".join(character for character in plain if character.isalnum())


def doubts_of(work: UnitOfWork, firm: Firm) -> list[str]:
    """Return why a person has to look at a registration before it is believed."""
    found = []
    if _has_name_of_another(work, firm):
        found.append(_NAME)
    if _has_certificate_of_another(work, firm):
        found.append(_CERTIFICATE)
    signed = queries.promise(work, firm.id)
    if signed is not None and person(signed.signer_name) != person(firm.legal_representative):
        found.append(_SIGNER)
    return found + [why for function in _PROVIDERS for why in function(work, firm)]


def person(name: str) -> str:
    """Return a person's name without what people write differently: width and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _has_name_of_another(work: UnitOfWork, firm: Firm) -> bool:
    own = normal_name(firm.name)
    names = work.session.scalars(
        select(Firm.name).where(Firm.id != firm.id, Firm.state.in_(_HANDED_IN))
    )
    return any(normal_name(name) == own for name in names)


def _has_certificate_of_another(work: UnitOfWork, firm: Firm) -> bool:
    own = {(row.kind, row.number.strip().upper()) for row in queries.qualifications(work, firm.id)}
    if not own:
        return False
    rows = work.session.execute(
        select(FirmQualification.kind, func.upper(FirmQualification.number))
        .join(Firm, Firm.id == FirmQualification.firm_id)
        .where(
            Firm.id != firm.id,
            Firm.state.in_(_HANDED_IN),
            FirmQualification.state != QualificationState.REFUSED,
            or_(
                FirmQualification.valid_to_on.is_(None),
                FirmQualification.valid_to_on >= work.today,
            ),
            func.upper(FirmQualification.number).in_(sorted({number for _, number in own})),
        )
    )
    return any((kind, number) in own for kind, number in rows)
