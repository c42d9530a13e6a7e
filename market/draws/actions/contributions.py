"""Contributors: a value is committed to before the close and revealed after the freeze.

The value is made and kept where the contributor is; the platform sees it with the reveal. Who
is absent is marked, never waited for and never replaced.
"""

from sqlalchemy.exc import IntegrityError

from lottery.beacon import ed25519
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import outcome, protocol, queries
from market.draws.actions.record import open_draw, write
from market.draws.errors import (
    CommitRefusedError,
    CommittedAlreadyError,
    ContributorKeyError,
    KeyTakenError,
    NoContributorError,
    NotCommittedError,
    RevealClosedError,
    RevealedAlreadyError,
    RevealRefusedError,
)
from market.draws.errors_values import NotHeldError, SecretShownError
from market.draws.journal import ContributorKeyRegistered
from market.draws.model import Draw, Enrolment
from market.draws.model_later import Contributor, ContributorKey
from market.draws.rules import DrawState, EnrolmentState
from market.errors import ForbiddenError
from market.firms import queries as firms

VALUE_BYTES = 32
SIGNATURE_BYTES = 64


def possession_message(who: str) -> bytes:
    """Return what a contributor signs with a new key, to show that it holds the secret half.

    ``python -m lottery contribute register`` and the page sign the same.
    """
    return f"zjcs/contributor-key/v1\n{who}".encode()


def register_key(work: UnitOfWork, who: str, public_key: bytes, signature: bytes) -> ContributorKey:
    """Make the key known with which the actor's organisation signs; later notices name it.

    Whoever was left out for being absent is named again.

    Raises:
        ForbiddenError: ``who`` is another organisation.
        ContributorKeyError: The key is not 32 bytes.
        NotHeldError: The signature is not the key's.
        SecretShownError: What was given as the public key is the secret one.
        KeyTakenError: The key is registered.
    """
    ours = organisation(work, work.org_id)
    if who != queries.who_of(ours):
        raise ForbiddenError
    if len(public_key) != VALUE_BYTES or not any(public_key):
        raise ContributorKeyError
    if not _is_held(who, public_key, signature):
        shown = _is_held(who, ed25519.public_key(public_key), signature)
        raise SecretShownError if shown else NotHeldError
    key = ContributorKey(
        organisation_id=ours.id,
        who=who,
        public_key=public_key.hex(),
        registered_at=work.now,
        registered_by_id=work.user_id,
    )
    work.session.add(key)
    try:
        work.session.flush()
    except IntegrityError:
        raise KeyTakenError from None
    work.record(ContributorKeyRegistered(who=who, key=key.public_key))
    return key


def _is_held(who: str, public_key: bytes, signature: bytes) -> bool:
    return len(signature) == SIGNATURE_BYTES and outcome.is_signed(
        public_key.hex(), possession_message(who), signature
    )


def commit(work: UnitOfWork, draw: Draw, who: str, commit: bytes, signature: bytes) -> Contributor:
    """Take the commitment of a contributor whom the notice names, before the close.

    Raises:
        EnrolmentClosedError: The closing second has come.
        NoContributorError: The notice does not name it.
        ForbiddenError: The actor is of another organisation.
        CommittedAlreadyError: A contributor commits once.
        CommitRefusedError: The signature is not of the key in the notice.
    """
    draw = open_draw(work, draw)
    row = _named(work, draw, who)
    if who in queries.commitments_of(work, draw):
        raise CommittedAlreadyError
    if len(commit) != VALUE_BYTES or len(signature) != SIGNATURE_BYTES:
        raise CommitRefusedError
    keys = {each.who: each.key for each in queries.notice_entry(work, draw).contributors}
    if not outcome.is_signed(keys.get(who) or "", protocol.to_sign(draw, commit), signature):
        raise CommitRefusedError
    row.commit, row.committed_at = commit.hex(), work.now
    entry = protocol.commit(draw, who=who, value=row.commit, signature=signature, at=work.now)
    write(work, draw, entry)
    return row


def reveal(work: UnitOfWork, draw: Draw, who: str, value: bytes) -> Contributor:
    """Take the value of a contributor whom the notice names, after the freeze and in time.

    Raises:
        RevealClosedError: The list is not frozen yet, or the time is over.
        NoContributorError: The notice does not name it.
        ForbiddenError: The actor is of another organisation.
        NotCommittedError: There is nothing to open.
        RevealedAlreadyError: It has been opened.
        RevealRefusedError: The value does not open the commitment.
    """
    draw = _revealing(work, draw)
    return _open_commitment(work, draw, _named(work, draw, who), value)


def commit_as_firm(work: UnitOfWork, enrolment: Enrolment, commit: bytes) -> Contributor:
    """Take the commitment of an enrolment, where the notice lets firms contribute.

    It is made in the enrolment's name, which does not tell the firm, and is not signed.

    Raises:
        EnrolmentClosedError: The closing second has come.
        NoContributorError: The notice does not let firms contribute, or the firm withdrew.
        ForbiddenError: It is another firm's enrolment.
        CommittedAlreadyError: An enrolment commits once.
        CommitRefusedError: It is not 32 bytes.
    """
    draw = open_draw(work, work.session.get_one(Draw, enrolment.draw_id))
    enrolment = _own(work, draw, enrolment)
    who = protocol.enrolment_who(enrolment.sequence)
    if not draw.firm_commits or enrolment.state is not EnrolmentState.ENROLLED:
        raise NoContributorError
    if who in queries.commitments_of(work, draw):
        raise CommittedAlreadyError
    if len(commit) != VALUE_BYTES:
        raise CommitRefusedError
    row = Contributor(
        draw_id=draw.id,
        who=who,
        sequence=enrolment.sequence,
        commit=commit.hex(),
        committed_at=work.now,
    )
    work.session.add(row)
    entry = protocol.commit(draw, who=who, value=commit.hex(), signature=None, at=work.now)
    write(work, draw, entry)
    return row


def reveal_as_firm(work: UnitOfWork, enrolment: Enrolment, value: bytes) -> Contributor:
    """Take the value of an enrolment, after the freeze and in time.

    Raises:
        RevealClosedError: The list is not frozen yet, or the time is over.
        ForbiddenError: It is another firm's enrolment.
        NotCommittedError: It did not commit.
        RevealedAlreadyError: It has been opened.
        RevealRefusedError: The value does not open the commitment.
    """
    draw = _revealing(work, work.session.get_one(Draw, enrolment.draw_id))
    enrolment = _own(work, draw, enrolment)
    row = queries.contributor_of(work, draw, protocol.enrolment_who(enrolment.sequence))
    if row is None:
        raise NotCommittedError
    return _open_commitment(work, draw, row, value)


def _open_commitment(work: UnitOfWork, draw: Draw, row: Contributor, value: bytes) -> Contributor:
    committed = queries.commitments_of(work, draw).get(row.who)
    if committed is None:
        raise NotCommittedError
    if row.who in queries.revealed_of(work, draw):
        raise RevealedAlreadyError
    if len(value) != VALUE_BYTES or outcome.commitment(draw.draw_hash, row.who, value) != committed:
        raise RevealRefusedError
    row.value, row.revealed_at = value.hex(), work.now
    # Soon the witnesses are to see it; after the last one nothing is left to wait for.
    draw.next_check_at = work.now
    write(work, draw, protocol.reveal(draw, who=row.who, value=value, at=work.now))
    return row


def _named(work: UnitOfWork, draw: Draw, who: str) -> Contributor:
    row = queries.contributor_of(work, draw, who)
    if row is None or row.position is None:
        raise NoContributorError
    if row.organisation_id != work.actor.org_id:
        raise ForbiddenError
    return row


def _own(work: UnitOfWork, draw: Draw, enrolment: Enrolment) -> Enrolment:
    firm = firms.own(work)
    found = queries.enrolment_of(work, draw, firm)
    if found is None or found.id != enrolment.id:
        raise ForbiddenError
    return found


def _revealing(work: UnitOfWork, draw: Draw) -> Draw:
    draw = queries.locked(work, draw.id)
    over = work.now > draw.reveal_by_at or queries.cut_of(work, draw) is not None
    if draw.state is not DrawState.FROZEN or over:
        raise RevealClosedError(draw.reveal_by_at)
    return draw
