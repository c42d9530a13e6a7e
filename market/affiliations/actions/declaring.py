"""Taking a firm's declaration of who stands behind it."""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market import rulebook
from market.accounts.model import Organisation
from market.affiliations import declared, promise, queries
from market.affiliations.actions.linking import ask
from market.affiliations.errors import (
    ControllerAfterAllError,
    NoAccountError,
    NoControllerError,
    NoIdentityError,
    OtherNameError,
    SharesError,
    SmallShareError,
    TwicePartyError,
)
from market.affiliations.journal import AffiliationsDeclared
from market.affiliations.model import Declaration, DeclaredParty, DeclaredTie
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import PartyKind, PartyRole, TieKind, code_key, person_key
from market.codes import credit_code, id_number
from market.db import UnitOfWork
from market.firms import queries as firms
from market.firms.model import Firm
from market.salts import salted

WHOLE_BP = 10_000
SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """A controller or shareholder as typed: a person's identity number, or a code and a name."""

    role: PartyRole
    kind: PartyKind
    number: str
    name: str = ""
    share_bp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TieFacts:
    """A tie with an authority or an owner, as typed."""

    code: str
    name: str
    kind: TieKind
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationFacts:
    """What a firm declares. What is kept secret stays as it was where it is left empty.

    ``kept`` are parties of the last declaration that still hold; ``legal_id`` and ``account``
    may be empty from the second declaration on.
    """

    signer_name: str
    phone: str
    offices: str = ""
    legal_id: str = ""
    account: str = ""
    no_controller: bool = False
    kept: tuple[int, ...] = ()
    parties: tuple[PartyFacts, ...] = ()
    ties: tuple[TieFacts, ...] = ()


def declare(work: UnitOfWork, firm: Firm, facts: DeclarationFacts, key: bytes) -> Declaration:
    """Take a firm's declaration as a new version; the earlier ones stay.

    It binds the firm at once. Whoever it claims as one with itself is asked whether that is so.

    Raises:
        NoIdentityError, NoAccountError: The first declaration leaves one out.
        IdNumberError, CreditCodeError: A number is not one.
        NoControllerError, ControllerAfterAllError: Nobody controls the firm, or somebody after all.
        SmallShareError, SharesError, TwicePartyError: The shares cannot be right.
        OtherNameError: A name is not that of its code.
    """
    firm = firms.locked(work, firm.id)  # Two delegates must not write one version.
    claimed = declared.claimed_alone(work, firm.id)
    rules = rulebook.apply(work, SUBJECT)
    last = queries.declaration_of(work, firm.id)
    parties = [*_kept(work, last, facts.kept), *(_party(work, one, key) for one in facts.parties)]
    _check(parties, rules.integer("declaration.shareholders_from_bp"), no_one=facts.no_controller)
    said = Declaration(
        firm_id=firm.id,
        version_no=last.version_no + 1 if last else 1,
        legal_digest=_legal(facts.legal_id, last, key),
        **_account(facts.account, last, key),
        phone=facts.phone,
        offices=facts.offices,
        no_controller=facts.no_controller,
        promise_version=promise.VERSION,
        signer_name=facts.signer_name,
        declared_by_id=work.user_id,
        declared_at=work.now,
    )
    work.session.add(said)
    work.session.flush()
    for party in parties:
        party.declaration_id = said.id
    ties = [_tie(said, one) for one in facts.ties]
    work.session.add_all([*parties, *ties])
    work.session.flush()
    work.record(
        AffiliationsDeclared(
            firm=firm.code,
            version=said.version_no,
            promise_version=said.promise_version,
            digest=salted(work, firm.code, declared_text(said, parties, ties)),
        )
    )
    ask(work, firm, declared.claimed_alone(work, firm.id) - claimed)
    return said


def _kept(work: UnitOfWork, last: Declaration | None, chosen: Sequence[int]) -> list[DeclaredParty]:
    return [
        DeclaredParty(
            role=row.role, kind=row.kind, key=row.key, shown=row.shown, share_bp=row.share_bp
        )
        for row in queries.parties_of(work, last)
        if row.id in chosen
    ]


def _party(work: UnitOfWork, facts: PartyFacts, key: bytes) -> DeclaredParty:
    if facts.kind is PartyKind.PERSON:
        identity = id_number(facts.number, field="kept")
        who, shown = person_key(identity.digest(key)), identity.masked
    else:
        code = credit_code(facts.number, field="kept")
        who, shown = code_key(code), _name_of(work, code, facts.name.strip()) or code
    return DeclaredParty(
        role=facts.role, kind=facts.kind, key=who, shown=shown, share_bp=facts.share_bp
    )


def _name_of(work: UnitOfWork, code: str, typed: str) -> str:
    """Return the name of a code: as registered, and as typed where the city does not know it."""
    registered = work.session.scalar(select(Organisation.name).where(Organisation.code == code))
    if registered is None:
        return typed
    if typed and _plain(typed) != _plain(registered):
        raise OtherNameError(code, typed)
    return registered


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _check(parties: Sequence[DeclaredParty], least_bp: int, *, no_one: bool) -> None:
    named = any(party.role is PartyRole.CONTROLLER for party in parties)
    if named and no_one:
        raise ControllerAfterAllError
    if not named and not no_one:
        raise NoControllerError
    shares = [party.share_bp for party in parties if party.role is PartyRole.SHAREHOLDER]
    if any(not least_bp <= share <= WHOLE_BP for share in shares):
        raise SmallShareError(least_bp)
    for role in PartyRole:
        if sum(party.share_bp for party in parties if party.role is role) > WHOLE_BP:
            raise SharesError
    if len({(party.role, party.key) for party in parties}) < len(parties):
        raise TwicePartyError


def _legal(typed: str, last: Declaration | None, key: bytes) -> str:
    if typed.strip():
        return id_number(typed, field="legal_id").digest(key)
    if last is None:
        raise NoIdentityError
    return last.legal_digest


def _account(typed: str, last: Declaration | None, key: bytes) -> dict[str, str]:
    digits = "".join(character for character in typed if character.isalnum()).upper()
    if digits:
        digest = hmac.new(key, b"account:" + digits.encode(), hashlib.sha256).hexdigest()
        return {"account_digest": digest, "account_masked": f"*{digits[-SHOWN_DIGITS:]}"}
    if last is None:
        raise NoAccountError
    return {"account_digest": last.account_digest, "account_masked": last.account_masked}


def _tie(said: Declaration, facts: TieFacts) -> DeclaredTie:
    return DeclaredTie(
        declaration_id=said.id,
        authority_code=credit_code(facts.code, field="kept"),
        authority_name=facts.name.strip(),
        kind=facts.kind,
        note=facts.note.strip(),
    )


def declared_text(
    said: Declaration, parties: Sequence[DeclaredParty], ties: Sequence[DeclaredTie]
) -> str:
    """Return what was declared, as the log has the salted digest of it."""
    body = {
        "account": said.account_digest,
        "legal": said.legal_digest,
        "offices": said.offices,
        "parties": sorted([party.role, party.key, party.share_bp] for party in parties),
        "phone": said.phone,
        "ties": sorted([tie.authority_code, tie.kind, tie.note] for tie in ties),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
