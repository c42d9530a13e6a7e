"""From the first form to the directory, and out of it again."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from market import rulebook
from market.accounts.model import Organisation
from market.calendar import default_calendar
from market.catalogue.queries import item
from market.codes import credit_code, phone
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import promises, queries, ties
from market.firms.errors import (
    BoundError,
    FutureDayError,
    IncompleteError,
    NotEditableError,
    RequirementMissingError,
)
from market.firms.journal import FirmMoved, PromiseSigned
from market.firms.model import Firm, FirmPromise
from market.firms.rules import (
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
    physically_present: bool = False


STEP_WORDS: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.FACTS: msgid("基本信息"),
        Step.QUALIFICATIONS: msgid("资质"),
        Step.STAFF: msgid("执业人员"),
        Step.SERVICES: msgid("服务与收费"),
        Step.PROMISE: msgid("签署承诺"),
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
        FutureDayError: It is registered on a day to come.
        PhoneError: Nobody can dial the number.
    """
    code = credit_code(organisation.code, field="code")
    if facts.registered_on > work.today:
        raise FutureDayError(facts.registered_on, "registered_on")
    values = asdict(facts)
    values["contact_phone"] = phone(facts.contact_phone, field="contact_phone")
    values |= {"code": code, "name": organisation.name}
    firm = queries.of_org_or_none(work, organisation.id)
    if firm is None:
        firm = Firm(
            organisation_id=organisation.id,
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


def save_contacts(work: UnitOfWork, firm: Firm, contacts: Contacts) -> None:
    """Change how the public reaches a firm, whatever its state.

    Raises:
        PhoneError: Nobody can dial the number.
    """
    firm.contact_name = contacts.contact_name
    firm.contact_phone = phone(contacts.contact_phone, field="contact_phone")
    firm.email = contacts.email
    work.session.flush()


def sign_promise(work: UnitOfWork, firm: Firm, signer_name: str) -> FirmPromise:
    """Sign the promise in its present words; the words themselves are kept.

    Raises:
        NotEditableError: The registration is being checked, or the firm has left.
    """
    if firm.state in {FirmState.SUBMITTED, FirmState.LEFT}:
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
    """
    if steps := missing_steps(work, firm):
        raise IncompleteError([STEP_WORDS[step] for step in steps])
    require_requirements(work, firm)
    rules = rulebook.apply(work, SUBJECT)
    firm.regulation_id = rules.id
    firm.check_due_at = default_calendar().due_at(
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
    firm.listed_at = work.now
    reschedule(work, firm)


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
    reschedule(work, firm)


def reapply(work: UnitOfWork, firm: Firm) -> None:
    """Begin again after leaving; the standing stays what it was."""
    move(work, firm, Move.REAPPLY)


def move(work: UnitOfWork, firm: Firm, step: Move) -> None:
    """Move a registration and say so in the log."""
    firm.state = advance(firm.state, step)
    firm.state_since = work.now
    work.record(
        FirmMoved(firm=firm.code, move=step, state=firm.state, regulation=firm.regulation_id)
    )
