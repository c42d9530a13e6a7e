"""From the first form to the directory, and out of it again."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Final

from market import rulebook
from market.accounts.model import Organisation
from market.catalogue.queries import item
from market.codes import credit_code, phone
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import materials, promises, queries, queries_entry, queries_held, ties, timing
from market.firms.actions.claiming import claim_staff
from market.firms.actions.counting import settle
from market.firms.actions.facts import check_facts, checked_postcode, dialled
from market.firms.checks import QualificationState
from market.firms.entry import VerificationState
from market.firms.errors import (
    BoundError,
    IncompleteError,
    NotEditableError,
    RequirementMissingError,
)
from market.firms.journal import FirmMoved, PromiseSigned, VerificationMoved
from market.firms.model import Firm, FirmPromise
from market.firms.model_entry import FirmVerification
from market.firms.rules import (
    CHANGEABLE,
    EDITABLE,
    STATE_WORDS,
    FirmNature,
    FirmState,
    Move,
    ServiceState,
    Step,
    advance,
)
from market.firms.schedule import reschedule

SUBJECT: Final = "market-process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """How the public reaches a firm."""

    contact_name: str
    contact_phone: str
    email: str = ""
    landline: str = ""
    fax: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFacts:
    """What a firm says about itself; its name and code belong to the organisation."""

    nature: FirmNature
    legal_representative: str
    registered_on: date
    address: str
    business_scope: str
    contact_name: str
    contact_phone: str
    email: str = ""
    landline: str = ""
    fax: str = ""
    postcode: str = ""
    physically_present: bool = False
    business_until_on: date | None = None
    registered_capital_fen: int | None = None
    capital_currency: str = "CNY"
    registering_authority: str = ""
    registered_address: str = ""
    parent_code: str = ""


STEP_WORDS: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.FACTS: msgid("基本信息"),
        Step.QUALIFICATIONS: msgid("资质"),
        Step.STAFF: msgid("执业人员"),
        Step.SERVICES: msgid("服务与收费"),
        Step.PROMISE: msgid("签署承诺"),
        Step.MATERIALS: msgid("材料"),
        Step.SUBMIT: msgid("提交审核"),
    }
)


def require_editable(firm: Firm) -> None:
    """Refuse a change of a registration that is being checked or relied upon.

    Raises:
        NotEditableError: It is.
    """
    if firm.state not in EDITABLE:
        raise NotEditableError(STATE_WORDS[firm.state])


def save_facts(work: UnitOfWork, organisation: Organisation, facts: RegistrationFacts) -> Firm:
    """Keep the first step; the first time it begins the registration.

    Raises:
        CreditCodeError: The organisation's code is not one.
        FutureDayError, BusinessTermError, CapitalError, OwnParentError: A fact cannot be.
        PhoneError: Nobody can dial a number.
        PostcodeError: The postcode is not one.
    """
    code = credit_code(organisation.code, field="code")
    values = checked(code, facts, work.today) | {"code": code, "name": organisation.name}
    firm = queries.of_org_or_none(work, organisation.id)
    if firm is None:
        held = queries_held.latest(work, code)
        firm = Firm(
            organisation_id=organisation.id,
            held_record_id=held.id if held else None,
            state=FirmState.DRAFT,
            state_since=work.now,
            created_at=work.now,
            **values,
        )
        work.session.add(firm)
    else:
        require_editable(firm)
        for name, value in values.items():
            setattr(firm, name, value)
    work.session.flush()
    return firm


def checked(code: str, facts: RegistrationFacts, today: date) -> dict[str, object]:
    """Return what a firm says about itself as it is stored.

    Raises:
        FutureDayError, BusinessTermError, CapitalError, OwnParentError: A fact cannot be.
        PhoneError: Nobody can dial a number.
        PostcodeError: The postcode is not one.
    """
    check_facts(
        code=code,
        registered_on=facts.registered_on,
        business_until_on=facts.business_until_on,
        registered_capital_fen=facts.registered_capital_fen,
        capital_currency=facts.capital_currency,
        parent_code=facts.parent_code,
        today=today,
    )
    values: dict[str, object] = {one.name: getattr(facts, one.name) for one in fields(facts)}
    if facts.parent_code:
        values["parent_code"] = credit_code(facts.parent_code, field="parent_code")
    return values | _reached(facts)


def _reached(given: "RegistrationFacts | Contacts") -> dict[str, object]:
    """Return how a firm is reached, each number as it is dialled."""
    return {
        "contact_phone": phone(given.contact_phone, field="contact_phone"),
        "landline": dialled(given.landline, "landline"),
        "fax": dialled(given.fax, "fax"),
        "postcode": checked_postcode(given.postcode),
    }


def save_contacts(work: UnitOfWork, firm: Firm, contacts: Contacts) -> None:
    """Change how the public reaches a firm, whatever its state: it takes effect at once.

    Raises:
        PhoneError: Nobody can dial a number.
        PostcodeError: The postcode is not one.
    """
    for name, value in (asdict(contacts) | _reached(contacts)).items():
        setattr(firm, name, value)
    work.session.flush()


def sign_promise(work: UnitOfWork, firm: Firm, signer_name: str) -> FirmPromise:
    """Sign the promise in its present words; the words themselves are kept.

    Raises:
        NotEditableError: The registration is being checked, or the firm has left.
    """
    if firm.state not in CHANGEABLE:
        raise NotEditableError(STATE_WORDS[firm.state])
    signed = FirmPromise(
        firm_id=firm.id,
        text_version=promises.VERSION,
        text=promises.TEXT,
        signer_name=signer_name,
        signed_by_id=work.user_id,
        signed_at=work.now,
    )
    work.session.add(signed)
    digest = hashlib.sha256(promises.TEXT.encode()).hexdigest()
    work.record(PromiseSigned(firm=firm.code, text_version=promises.VERSION, text_sha256=digest))
    return signed


def missing_steps(work: UnitOfWork, firm: Firm) -> list[Step]:
    """List the steps that still have to be done before a registration can be submitted.

    Qualifications and staff are steps only so far as a service asks for them.
    """
    offered = [s for s in queries.services(work, firm.id) if s.state is not ServiceState.WITHDRAWN]
    missing: list[Step] = []
    if not offered or any(queries.current_fee(work, firm.id, s.item_code) is None for s in offered):
        missing.append(Step.SERVICES)
    if queries.promise(work, firm.id) is None:
        missing.append(Step.PROMISE)
    return missing


def submit(work: UnitOfWork, firm: Firm) -> None:
    """Hand the registration to the operator; the day limit of the check begins.

    Raises:
        IncompleteError: Steps are missing.
        RequirementMissingError: A service lacks a qualification or people.
        MaterialsMissingError: Documents are missing.
        StaffElsewhereError: Another firm that has handed in has one of its people.
    """
    if steps := missing_steps(work, firm):
        raise IncompleteError([STEP_WORDS[step] for step in steps])
    require_requirements(work, firm)
    materials.require(work, firm)
    rules = rulebook.apply(work, SUBJECT)
    firm.regulation_id = rules.id
    firm.check_due_at = firm.count_term(
        work.today, rules.integer("registration.check_working_days")
    )
    move(work, firm, Move.SUBMIT)


def require_requirements(work: UnitOfWork, firm: Firm) -> None:
    """Refuse to go on while a service lacks what its item asks for.

    Raises:
        RequirementMissingError: One does.
    """
    for service in queries.services(work, firm.id):
        if service.state is ServiceState.WITHDRAWN:
            continue
        wanted = item(service.item_code, work.today)
        if missing := queries.shortfalls(work, firm, wanted, work.today):
            raise RequirementMissingError(wanted.name_zh, missing)


def list_firm(work: UnitOfWork, firm: Firm) -> None:
    """Put a firm into the directory when its publicity is over."""
    move(work, firm, Move.LIST)
    start_listing(work, firm)
    reschedule(work, firm)


def start_listing(work: UnitOfWork, firm: Firm) -> None:
    """Note since when a firm is in the directory, and awake."""
    firm.listed_at = work.now
    firm.awake_since = work.now


def settle_promise(
    work: UnitOfWork, firm: Firm, row: FirmVerification | None, state: VerificationState
) -> None:
    """Move a promise's verification (the open one, if any) and what counted on it with it."""
    row = row or queries_entry.open_verification(work, firm)
    if row is None:
        return
    row.state = state
    work.session.flush()
    instead = {
        VerificationState.OPEN: QualificationState.PROMISED,
        VerificationState.TRUE: QualificationState.CONFIRMED,
        VerificationState.FALSE: QualificationState.PENDING,
        VerificationState.ENDED: QualificationState.PENDING,
    }[state]
    for one in queries.qualifications(work, firm.id):
        if one.state is QualificationState.PROMISED:
            settle(work, firm, one, instead)
    work.record(
        VerificationMoved(
            firm=firm.code, state=state, due_at=row.due_at, regulation=row.regulation_id
        )
    )


def leave(work: UnitOfWork, firm: Firm) -> None:
    """Take a listed firm out of the market; what it has contracted stays owed.

    Raises:
        IllegalFirmMoveError: It is not listed.
        BoundError: It takes part in a draw, or an award waits for it.
    """
    firm = queries.locked(work, firm.id)
    advance(firm.state, Move.LEAVE)
    if holding := [str(tie) for tie in ties.of(work, firm) if tie.holds]:
        raise BoundError(holding)
    move(work, firm, Move.LEAVE)
    settle_promise(work, firm, None, VerificationState.ENDED)
    reschedule(work, firm)


def move(work: UnitOfWork, firm: Firm, step: Move) -> None:
    """Move a registration and say so in the log."""
    state = advance(firm.state, step)
    claim_staff(work, firm, state)
    was, firm.state = firm.state, state
    firm.state_since = work.now
    work.record(
        FirmMoved(firm=firm.code, move=step, state=firm.state, regulation=firm.regulation_id)
    )
    timing.follow(work, firm, was)
