"""What is done about cards: given, answered, judged, taken back, spoken about.

Whoever's card it is replies before anybody judges. Nobody gives, judges or takes back a card of
their own organisation; a wrong one is taken back by two people, neither of whom gave it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import organisation, organisation_by_code
from market.clock import beijing
from market.clocks import baseless, cards
from market.clocks.card_rules import (
    CardMove,
    CardState,
    IllegalCardMoveError,
    Trigger,
    advance_card,
)
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.messages.actions import tell
from market.rulebook import apply
from market.salts import salted
from market.supervision import interviewing, queries, takenback, timing
from market.supervision.errors import (
    BaselessError,
    FutureError,
    NoInterviewError,
    NoSuchPartyError,
    NotProposerError,
    NotYetHeardError,
    OwnCardError,
    SameOfficeError,
    WithdrawalOpenError,
)
from market.supervision.journal import CardMoved, CardNamed, CardWithdrawalMoved
from market.supervision.messages import CARD_JUDGED
from market.supervision.model import CardDecision, CardReply, CardWithdrawal
from market.supervision.record import foreign, words_of
from market.supervision.rules import (
    RECORDED,
    WithdrawalMove,
    WithdrawalState,
    advance_withdrawal,
    needs_interview,
    stage_key,
)

GIVER, PROPOSER, DECIDER = msgid("亮牌的人"), msgid("提出撤销的人"), msgid("决定撤销的人")
PARTIES: Final = frozenset({OrgKind.FIRM, OrgKind.OWNER, OrgKind.OPERATOR, OrgKind.REGULATOR})
JUDGE: Final = msgid("认定的人")
JUDGING: Final = frozenset({CardMove.UPHOLD, CardMove.CLOSE, CardMove.WITHDRAW})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandFacts:
    """What an official says of a card that is given by hand."""

    trigger: Trigger
    code: str
    number: str
    happened_on: date
    cause: str
    evidence: str


def give_card(
    work: UnitOfWork,
    trigger: Trigger,
    *,
    org_id: int,
    subject: str,
    number: str,
    cause: str,
    happened_at: datetime,
    once: str,
    title: str = "",
) -> Card | None:
    """Give the card that the regulation foresees for a trigger; none if it was given before.

    ``subject`` is what the feature knows it by (``contract:12``), ``number`` its public number,
    ``cause`` a msgid that says what happened, ``once`` the key that no second card bears.
    """
    return cards.issue(
        work,
        cards.CardFacts(
            trigger=trigger,
            stage=stage_for(work, trigger),
            org_id=org_id,
            subject=subject,
            number=number,
            title=title,
            cause=cause,
            reached_at=happened_at,
            once=once,
        ),
    )


def stage_for(work: UnitOfWork, trigger: Trigger) -> CardStage:
    """Return which card the regulation in force foresees for a trigger."""
    return CardStage(apply(work, cards.SUBJECT).text(stage_key(trigger)))


def give_by_hand(work: UnitOfWork, facts: HandFacts) -> Card:
    """Let an official give a card, with evidence.

    Raises:
        NoSuchPartyError: Nobody has that credit code.
        OwnCardError: It would be their own organisation's.
        FutureError: It has not happened yet.
        WordsShortError: The cause or the evidence says nothing.
        IllegalCardMoveError: The very same card was given before.
    """
    party = _party(work, facts.code)
    if party.id == work.org_id:
        raise OwnCardError
    if facts.happened_on > work.today:
        raise FutureError
    cause = words_of(facts.cause, "cause")
    evidence = words_of(facts.evidence, "evidence")
    about = f"{facts.trigger}:{party.id}:{facts.number}:{facts.happened_on}"
    card = cards.issue(
        work,
        cards.CardFacts(
            trigger=facts.trigger,
            stage=stage_for(work, facts.trigger),
            org_id=party.id,
            subject="hand",
            number=facts.number,
            cause=cause,
            evidence=evidence,
            reached_at=beijing(facts.happened_on),
            once=f"hand:{hashlib.sha256(about.encode()).hexdigest()[:40]}",
            by_hand=True,
        ),
    )
    if card is None:
        raise IllegalCardMoveError
    return card


def reply(work: UnitOfWork, card: Card, text: str, stored: StoredFile | None = None) -> None:
    """Let the responsible party say what it has to say; late is said, and counts as late.

    Raises:
        MissingError: It is another party's card.
        WordsShortError: Nothing is said.
        IllegalCardMoveError: It was answered, or judged.
    """
    card = queries.locked(work, card.id)
    if card.org_id != work.org_id:
        raise MissingError
    words = words_of(text, "text")
    is_late = card.reply_by_at is not None and work.now >= card.reply_by_at
    move(work, card, CardMove.REPLY, words)
    work.session.add(
        CardReply(
            card_id=card.id,
            text=words,
            file_id=stored.id if stored else None,
            is_late=is_late,
            replied_at=work.now,
            replied_by_id=work.user_id,
        )
    )


def uphold(work: UnitOfWork, card: Card, text: str) -> None:
    """Uphold a card, the party having been heard or having let its term pass.

    Raises:
        OwnCardError: It is their own organisation's card.
        SeparationOfDutiesError: They gave it.
        NotYetHeardError: The party still has time to reply.
        BaselessError: By the accounts of today its rung was never reached.
        WithdrawalOpenError: Somebody proposes to take it back, and the term to decide it runs.
        WordsShortError: There are no reasons.
        IllegalCardMoveError: It was judged already.
    """
    card = _to_judge(work, card)
    if card.state is CardState.ISSUED:
        raise NotYetHeardError
    if baseless.is_baseless(work, card):
        raise BaselessError
    _decide(work, card, CardMove.UPHOLD, text)
    _name(work, card)


def close(work: UnitOfWork, card: Card, text: str) -> None:
    """Close an upheld card: what it was about is mended; what is supervised was spoken about.

    Raises:
        OwnCardError: It is their own organisation's card.
        SeparationOfDutiesError: They gave it.
        NoInterviewError: No interview has been recorded.
        WithdrawalOpenError: Somebody proposes to take it back, and the term to decide it runs.
        WordsShortError: It is not said how it was mended.
        IllegalCardMoveError: It was not upheld.
    """
    card = _to_judge(work, card)
    advance_card(card.state, CardMove.CLOSE)
    interviews = queries.interviews_of(work, card)
    if needs_interview(card.stage) and not any(one.state in RECORDED for one in interviews):
        raise NoInterviewError
    _decide(work, card, CardMove.CLOSE, text)


def propose_withdrawal(work: UnitOfWork, card: Card, reason: str) -> CardWithdrawal:
    """Propose to take back a card that was wrong; another person decides.

    Raises:
        OwnCardError: It is their own organisation's card.
        SeparationOfDutiesError: They gave it.
        WithdrawalOpenError: It is proposed already.
        WordsShortError: There is no reason.
        IllegalCardMoveError: It was taken back already.
    """
    card = foreign(work, card)
    require_another(work, card.issued_by_id, first=GIVER, second=PROPOSER)
    _none_open(work, card)
    advance_card(card.state, CardMove.WITHDRAW)
    words = words_of(reason, "reason")
    proposal = CardWithdrawal(
        card_id=card.id,
        sequence=len(queries.withdrawals_of(work, card)) + 1,
        reason=words,
        state=WithdrawalState.PROPOSED,
        proposed_at=work.now,
        proposed_by_id=work.user_id,
    )
    days = apply(work, cards.SUBJECT).integer(timing.WITHDRAW_DAYS)
    proposal.decide_by_at = proposal.count_any_term(work.today, days)
    proposal.next_check_at = proposal.decide_by_at
    work.session.add(proposal)
    work.session.flush()
    _say_withdrawal(work, card, proposal, words)
    return proposal


def take_back_withdrawal(work: UnitOfWork, card: Card) -> None:
    """Take back a proposal to take back a card, before it is decided: whoever made it.

    Raises:
        MissingError: There is none.
        OwnCardError: It is their own organisation's card.
        NotProposerError: Somebody else made it.
    """
    card = foreign(work, card)
    proposal = queries.open_withdrawal(work, card)
    if proposal is None:
        raise MissingError
    if not took(work, proposal.proposed_by_id):
        raise NotProposerError
    proposal.state = advance_withdrawal(proposal.state, WithdrawalMove.TAKE_BACK)
    proposal.decided_at = work.now
    _say_withdrawal(work, card, proposal, "")


def decide_withdrawal(work: UnitOfWork, card: Card, *, agree: bool, text: str) -> None:
    """Take back a card, or leave it: another organisation than the proposer's decides.

    Nor does who gave it.

    Raises:
        MissingError: Nobody proposed it.
        OwnCardError: It is their own organisation's card.
        SeparationOfDutiesError: They gave it, or proposed.
        SameOfficeError: Somebody of their own organisation proposed.
        WordsShortError: There is no reason.
    """
    card = foreign(work, card)
    proposal = queries.open_withdrawal(work, card)
    if proposal is None:
        raise MissingError
    require_another(work, card.issued_by_id, first=GIVER, second=DECIDER)
    require_another(work, proposal.proposed_by_id, first=PROPOSER, second=DECIDER)
    if queries.office_of(work, proposal) == work.org_id:
        raise SameOfficeError
    words = words_of(text, "text")
    deed = WithdrawalMove.GRANT if agree else WithdrawalMove.REFUSE
    proposal.state = advance_withdrawal(proposal.state, deed)
    proposal.decision, proposal.decided_at = words, work.now
    proposal.decided_by_id = work.user_id
    _say_withdrawal(work, card, proposal, words)
    if agree:
        interviewing.call_off_open(work, card)
        move(work, card, CardMove.WITHDRAW, words)
        takenback.tell(work, card)


def move(work: UnitOfWork, card: Card, deed: CardMove, text: str) -> None:
    """Move a card, say so, and tell the party what others decided about it."""
    card.state = advance_card(card.state, deed)
    if card.state is not CardState.ISSUED:
        card.next_check_at = None
        timing.end(work, card)
    timing.follow(work, card)
    is_secret = not card.is_named and work.actor.org_id == card.org_id
    teller = work.unnamed() if is_secret else work
    teller.record(
        CardMoved(card=card.number, state=card.state, text_digest=salted(work, card.number, text))
    )
    if deed in JUDGING:
        tell(
            work,
            CARD_JUDGED,
            org_id=card.org_id,
            path=f"/cards/{card.number}",
            once=f"{card.number}:{card.state}",
            number=card.number,
            state=card.state,
        )


def _name(work: UnitOfWork, card: Card) -> None:
    """Say to whom a card was given that an official gave: now that it is upheld."""
    if not card.is_named:
        card.is_named = True
        code = organisation(work, card.org_id).code
        work.record(CardNamed(card=card.number, about=card.subject_number, organisation=code))


def _decide(work: UnitOfWork, card: Card, deed: CardMove, text: str) -> None:
    words = words_of(text, "text")
    move(work, card, deed, words)
    work.session.add(
        CardDecision(
            card_id=card.id,
            move=deed,
            text=words,
            decided_at=work.now,
            decided_by_id=work.user_id,
            by_org_id=work.org_id,
        )
    )


def _to_judge(work: UnitOfWork, card: Card) -> Card:
    card = foreign(work, card)
    require_another(work, card.issued_by_id, first=GIVER, second=JUDGE)
    if timing.waits(work, card):
        raise WithdrawalOpenError
    return card


def _none_open(work: UnitOfWork, card: Card) -> None:
    if queries.open_withdrawal(work, card) is not None:
        raise WithdrawalOpenError


def _party(work: UnitOfWork, code: str) -> Organisation:
    """Return the party with a credit code; who only watches or judges has no cards."""
    try:
        party = organisation_by_code(work, code.strip().upper())
    except MissingError:
        raise NoSuchPartyError from None
    if party.kind not in PARTIES:
        raise NoSuchPartyError
    return party


def _say_withdrawal(work: UnitOfWork, card: Card, one: CardWithdrawal, text: str) -> None:
    """Tell the log where a proposal stands, and whose days pass meanwhile."""
    if one.state is not WithdrawalState.PROPOSED:
        one.next_check_at = None
        one.forget_term()
    timing.wait(work, card)
    work.record(
        CardWithdrawalMoved(
            card=card.number,
            sequence=one.sequence,
            state=one.state,
            text_digest=salted(work, card.number, text),
        )
    )
