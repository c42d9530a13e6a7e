"""Which firms may stand under one controller: suggestions with reasons. Pure; nothing acts on them.

A suggestion is a question for a person, who hears the firms before anything follows from it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from market.affiliations.rules import (
    Ground,
    Party,
    PartyRole,
    code_key,
    common,
    controllers,
    is_state_organ,
)

FULL: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of one firm, as keys to compare. Persons appear as keyed digests only.

    Attributes:
        code: The credit code.
        parties: Controllers and shareholders as declared.
        legal_digest: Of the legal representative's identity number; empty if not declared.
        legal_name: The legal representative's name, as registered.
        staff: Digests of everybody who practises, or has practised, for the firm.
        addresses: Registered address and offices, normalised.
        phones: Telephone numbers, digits only.
        accounts: Keyed digests of bank accounts.
        users: Names of the people who sign in for the firm.
    """

    code: str
    parties: tuple[Party, ...] = ()
    legal_digest: str = ""
    legal_name: str = ""
    staff: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of the regulation.

    Attributes:
        control_over_bp: A larger share controls.
        common_shareholder_bp: From this share in both firms on, a shareholder is a reason.
        crowd: What more firms than this have in common is no reason.
        strength: The weight of each ground, 0 to 100.
    """

    control_over_bp: int
    common_shareholder_bp: int
    crowd: int
    strength: Mapping[Ground, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two firms and what they have in common. ``strength`` is 1 to 100."""

    first: str
    second: str
    grounds: tuple[Ground, ...]
    strength: int


_SEPARATORS: Final = re.compile(r"[\s,，.。;；:：、()（）\[\]【】\-—–_#＃]+")
_PROVINCE: Final = re.compile(r"^[一-鿿]{2,7}?(?:省|自治区|特别行政区)")
_BUILDING: Final = re.compile(r"号楼|幢|座")
_ROOM: Final = re.compile(r"(?<=\d)[室房]$")


def normal_address(text: str) -> str:
    """Return an address without what people write differently.

    Args:
        text: As typed.

    Returns:
        Half-width, upper case, without separators, province, and the word for a room; words for
        a building are one. Nothing else is guessed.

    Source: handbook domain.md 4.1; a platform default.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    plain = _PROVINCE.sub("", plain)
    return _ROOM.sub("", _BUILDING.sub("栋", plain))


def normal_phone(text: str) -> str:
    """Return a telephone number as digits, without the country's prefix.

    Args:
        text: As typed.

    Source: a platform default.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return digits.removeprefix("86") if len(digits) > 11 else digits  # noqa: PLR2004 - a mobile's


def suggest(profiles: Sequence[Profile], limits: Limits) -> list[Suggestion]:
    """Return every pair of firms with something in common, the strongest first.

    Args:
        profiles: The firms.
        limits: The numbers of the regulation.

    Returns:
        Each pair once, ``first`` before ``second`` by credit code, with every ground. Strengths
        add up to 100 at most. Ties are in the order of credit codes.

    Source: handbook domain.md 4.1 (affiliation), 10.1 rows 11 and 12; a platform default.
    """
    grounds: dict[tuple[str, str], set[Ground]] = defaultdict(set)
    for ground, keys in _keys(profiles, limits).items():
        for firms in _buckets(keys, limits.crowd):
            for pair in combinations(firms, 2):
                grounds[pair].add(ground)
    found = (_weighed(pair, each, limits) for pair, each in grounds.items())
    return sorted(
        (one for one in found if one.strength > 0),
        key=lambda one: (-one.strength, one.first, one.second),
    )


def _weighed(pair: tuple[str, str], grounds: set[Ground], limits: Limits) -> Suggestion:
    # One name of one person is not two reasons.
    if Ground.LEGAL_REPRESENTATIVE in grounds:
        grounds = grounds - {Ground.REPRESENTATIVE_NAME}
    kept = tuple(ground for ground in Ground if ground in grounds)
    total = min(FULL, sum(limits.strength.get(ground, 0) for ground in kept))
    return Suggestion(first=pair[0], second=pair[1], grounds=kept, strength=total)


def _buckets(keys: Mapping[str, Iterable[str]], crowd: int) -> Iterator[list[str]]:
    """Yield, for each key that several firms have, those firms; a crowd is no reason."""
    having: dict[str, set[str]] = defaultdict(set)
    for code, own in keys.items():
        for key in own:
            if key:
                having[key].add(code)
    return (sorted(codes) for codes in having.values() if 1 < len(codes) <= crowd)


def _keys(profiles: Sequence[Profile], limits: Limits) -> dict[Ground, dict[str, Iterable[str]]]:
    declared = {profile.code: profile.parties for profile in profiles}

    def above(code: str) -> frozenset[str]:
        found = controllers(code, declared, limits.control_over_bp)
        return common(found, found)

    return {
        Ground.CONTROLLER: {one.code: above(one.code) for one in profiles},
        Ground.LEGAL_REPRESENTATIVE: {one.code: (one.legal_digest,) for one in profiles},
        Ground.SHAREHOLDER: {
            one.code: _shareholders(one, limits.common_shareholder_bp) for one in profiles
        },
        Ground.ACCOUNT: {one.code: one.accounts for one in profiles},
        Ground.PHONE: {one.code: one.phones for one in profiles},
        Ground.STAFF: {one.code: one.staff for one in profiles},
        Ground.ADDRESS: {one.code: one.addresses for one in profiles},
        Ground.SIGN_IN: {one.code: one.users for one in profiles},
        Ground.REPRESENTATIVE_NAME: {one.code: (one.legal_name,) for one in profiles},
    }


def _shareholders(profile: Profile, least_bp: int) -> frozenset[str]:
    """Return who holds enough of a firm, the firm itself where it holds of another."""
    held = {
        party.key
        for party in profile.parties
        if party.role is PartyRole.SHAREHOLDER
        and party.share_bp >= least_bp
        and not is_state_organ(party.key)
    }
    return frozenset(held | {code_key(profile.code)})
