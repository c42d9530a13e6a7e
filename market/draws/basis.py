"""Numbers of the platform on which an exclusion rests: each is looked up and is of that firm."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from market.affiliations.model import GroupFirm, Grouping
from market.affiliations.rules import GroupState
from market.db import UnitOfWork
from market.draws.exclusion_rules import BasisKind
from market.errors import MarketError, msgid
from market.firms.model import Firm
from market.letters.kinds import kind_of, known
from market.letters.model import Letter, LetterWithdrawal

Lookup = Callable[[UnitOfWork, str, Firm], BasisKind]
_OF: Final[dict[str, Lookup]] = {}
_NUMBER: Final = re.compile(r"([A-Z]{2,4})-\d{4}-\d+")


class UndecidedBasisError(MarketError):
    """Nobody is excluded on what nobody has decided."""

    sentence = msgid(
        "编号 %(number)s 还没有作出决定、没有认定成立，或者已经撤销、修复，不能作为依据。"
        "请填写已经生效的决定的编号。"
    )


class OthersBasisError(MarketError):
    """Nobody is excluded for what another firm did."""

    sentence = msgid("编号 %(number)s 不是针对该机构的，不能作为依据。请核对机构和编号。")


class MissingBasisError(MarketError):
    """A number in the form of this platform's is one of this platform's."""

    sentence = msgid("本平台没有编号 %(number)s。请核对后填写。")


_REFUSALS: Final[dict[BasisKind, type[MarketError]]] = {
    BasisKind.UNDECIDED: UndecidedBasisError,
    BasisKind.OTHERS: OthersBasisError,
    BasisKind.MISSING: MissingBasisError,
}


def provide(series: str, lookup: Lookup) -> None:
    """Register who knows the numbers of a series, such as AJ of the credit cases."""
    _OF[series] = lookup


def known_of(work: UnitOfWork, number: str, firm: Firm) -> BasisKind:
    """Return what the platform knows of a number and a firm."""
    plain = unicodedata.normalize("NFKC", number).upper()
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return BasisKind.OUTSIDE
    if found[1] in {kind.series for kind in known().values()}:
        return _letter(work, plain, firm)
    lookup = _OF.get(found[1])
    return BasisKind.OUTSIDE if lookup is None else lookup(work, plain, firm)


def require_decided(work: UnitOfWork, number: str, firm: Firm) -> None:
    """Refuse a number of the platform that is no decision about the firm.

    Raises:
        UndecidedBasisError: It is not decided, or stands no longer.
        OthersBasisError: It is about another.
        MissingBasisError: There is none.
    """
    refusal = _REFUSALS.get(known_of(work, number, firm))
    if refusal is not None:
        raise refusal(field="basis", number=number)


def standing(*, of_firm: bool, decided: bool) -> BasisKind:
    """Return what a case that exists means for a firm."""
    if not of_firm:
        return BasisKind.OTHERS
    return BasisKind.DECIDED if decided else BasisKind.UNDECIDED


def _letter(work: UnitOfWork, number: str, firm: Firm) -> BasisKind:
    letter = work.session.scalar(select(Letter).where(Letter.number == number))
    if letter is None:
        return BasisKind.MISSING
    gone = work.session.get(LetterWithdrawal, letter.id) is not None
    return standing(
        of_firm=letter.recipient_code == firm.code,
        decided=kind_of(letter.kind).contestable and not gone,
    )


def _group(work: UnitOfWork, number: str, firm: Firm) -> BasisKind:
    group = work.session.scalar(select(Grouping).where(Grouping.number == number))
    if group is None:
        return BasisKind.MISSING
    member = select(GroupFirm.id).where(
        GroupFirm.group_id == group.id, GroupFirm.firm_id == firm.id
    )
    return standing(
        of_firm=work.session.scalar(member) is not None,
        decided=group.state is GroupState.CONFIRMED,
    )


provide("GL", _group)
