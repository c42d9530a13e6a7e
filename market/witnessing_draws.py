"""Reads for a draw-aware witness what the entries of a draw say; ``audit.witness`` knows none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from audit.witness.draws import Arrived, Awaits, Fixes, Learned, Statement
from audit.witness.store import WitnessStore
from lottery import (
    Departure,
    DrandEvidence,
    DrandSource,
    Entry,
    EntryError,
    Freeze,
    LotteryError,
    Notice,
    NumbersEvidence,
    NumbersSource,
    Phi,
    PhiEvidence,
    PhiSource,
    Replace,
    Reveal,
    Void,
    VrfEvidence,
    VrfSource,
    decode,
)
from lottery.beacon import drand
from lottery.beacon.courier import parse_courier
from lottery.encoding import dumps_canonical, loads_canonical
from lottery.entries.fields import members_to_json
from lottery.entries.phi import EVIDENCE_KIND, SOURCE_KIND
from lottery.phi import evaluate
from market.errors import MarketError, msgid

_PREFIX: Final = b'"t":"ismdraw/'


class Reader:
    """Knows which entries fix something, what they wait for, and what shows that it came."""

    def read(self, body: bytes) -> Sequence[Statement]:
        """Return what an entry states; nothing if it is not of a draw, or unreadable."""
        if _PREFIX not in body:
            return ()
        try:
            return _statements(decode(body))
        except EntryError:
            return ()  # no verifier counts it either

    def learn(self, source: str, evidence: str) -> Learned | None:
        """Check evidence of a source.

        A drand signature proves its round's time by itself. Public numbers and VRF proofs are
        taken at their word: who shows them says that they are known.
        """
        fixed: PhiSource = SOURCE_KIND.from_json(loads_canonical(source.encode()))  # type: ignore[assignment]  # a kind of exactly these classes
        shown = EVIDENCE_KIND.from_json(loads_canonical(evidence.encode()))
        match fixed:
            case DrandSource():
                return _learn_round(fixed, shown) if isinstance(shown, DrandEvidence) else None
            case NumbersSource():
                is_of_it, is_shared = isinstance(shown, NumbersEvidence), True
            case VrfSource():
                is_of_it, is_shared = isinstance(shown, VrfEvidence), False
        return Learned(is_shared=is_shared, proven_at=None) if is_of_it else None


def _learn_round(source: DrandSource, evidence: DrandEvidence) -> Learned | None:
    try:
        evaluate(source, evidence, b"")
        chain = drand.chain_by_hash(source.chain)
        return Learned(is_shared=True, proven_at=drand.round_time(chain, source.round))
    except LotteryError:
        return None


class WrongBeaconError(MarketError):
    """What was typed is not the signature of that round."""

    sentence = msgid("这不是 drand quicknet 该轮的随机数（%(problem)s）。请核对轮次和 96 位字符。")

    def __init__(self, problem: object) -> None:
        super().__init__(problem=problem)


def read_beacon(store: WitnessStore, round_number: str, signature: str, now: datetime) -> int:
    """Let a witness learn a drand quicknet round that a person typed in.

    Returns:
        The time that is proven to have passed, in Unix seconds.

    Raises:
        WrongBeaconError: It is not that round's signature.
    """
    try:
        number, value = parse_courier(f"{round_number} {signature}")
        drand.verify(drand.QUICKNET, number, value)
    except LotteryError as error:
        raise WrongBeaconError(error) from error
    source = DrandSource(chain=drand.QUICKNET.hash, round=number)
    proven_at = drand.round_time(drand.QUICKNET, number)
    store.learn_proven(_text(source), proven_at, int(now.timestamp()))
    return proven_at


def _statements(entry: Entry) -> Sequence[Statement]:
    match entry:
        case Notice():
            return (Awaits(_draw_key(entry.leaf_hash.hex()), entry.t_phi, _text(entry.phi)),)
        case Freeze() | Reveal() | Void():
            # A VOID alone may come when the value is past: seven days later, as a lost one.
            stated_at = entry.at if isinstance(entry, Void) else None
            what = f"{entry.kind.upper()} of {entry.draw}"
            return (Fixes(_draw_key(entry.draw), what, stated_at=stated_at),)
        case Departure(next_value=value) if value is not None:
            # A firm may be said to leave more than once: each is judged by its own ``next``.
            awaits = Awaits(_next_key(entry.draw, entry.who), value.t_phi, _text(value.phi))
            return awaits, Fixes(awaits.key, f"{entry.kind.upper()} of {entry.draw}", awaits)
        case Phi():
            return (_arrived(_draw_key(entry.draw), entry.evidence),)
        case Replace(evidence=shown) if shown is not None:
            return (_arrived(_next_key(entry.draw, entry.out_firm), shown),)
        case _:
            return ()


def _arrived(key: str, evidence: PhiEvidence) -> Arrived:
    return Arrived(key, _text(evidence), isinstance(evidence, DrandEvidence))


def _draw_key(draw: str) -> str:
    return f"draw {draw}"


def _next_key(draw: str, firm: str) -> str:
    return f"next {draw} {firm}"


def _text(value: PhiSource | PhiEvidence) -> str:
    return dumps_canonical(members_to_json(value)).decode()
