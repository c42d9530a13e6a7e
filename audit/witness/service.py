"""A witness at work: looks at a checkpoint, remembers it, and only then vouches for it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final

from audit.errors import AuditError, BadSignatureError, UnsignedError
from audit.keys import Signature, Signer, parse_vkey
from audit.note import Note, open_note
from audit.tree import EMPTY_ROOT
from audit.witness import rules, signing
from audit.witness.draws import DrawReader, Late, scan
from audit.witness.errors import (
    BusyError,
    ClockError,
    ConflictError,
    HeldError,
    InconsistentError,
    UnknownLogError,
    UnreadableLogError,
    UntrustedError,
)
from audit.witness.fetching import Fetch, Growth, fetcher
from audit.witness.records import Found, Growing, Latest, LogKey
from audit.witness.rules import NOTHING, EvidenceKind, Request
from audit.witness.signing import ExtraSigner
from audit.witness.store import WitnessStore

logger = logging.getLogger(__name__)

SLOW_CLOCK_SECONDS: Final = 30
"""So far may a clock be behind what a public value proves, for the value's way here."""
WAIT_SECONDS: Final = 3
"""A long log that is read for the first time must not keep all threads waiting."""
_LATE_SHOWN: Final = 20
"""So many late entries are named in an answer; the evidence names all of them."""
_BETWEEN: Final = "; "


@dataclass(slots=True)
class Witness:
    """One witness: its keys, its memory, its own clock. It is safe to use from many threads.

    ``reader`` makes it draw-aware; it then reads every new entry of the logs it vouches for.
    """

    store: WitnessStore
    signers: Sequence[Signer]
    clock: Callable[[], datetime]
    extra: Sequence[ExtraSigner] = ()
    reader: DrawReader | None = None
    fetch_from: Callable[[str], Fetch] = fetcher
    _locks: "defaultdict[str, threading.Lock]" = field(
        default_factory=lambda: defaultdict(threading.Lock)
    )

    def add_checkpoint(self, body: bytes) -> str:
        """Answer a request to add a checkpoint.

        Args:
            body: Of the request.

        Returns:
            The witness's signature lines, once the checkpoint is on the disk.

        Raises:
            RefusedError: One class for each status of the specification, and for a log that is
                held up, a clock that cannot be right, and entries that cannot be read.

        Source: C2SP tlog-witness, "add-checkpoint".
        """
        request = rules.parse_request(body)
        origin = request.checkpoint.origin
        keys = self.store.logs(origin)
        if not keys:
            raise UnknownLogError(origin)
        signed = _verified(request, keys)
        # One at a time for each log spares work; what makes it safe is ``store.advance``.
        lock = self._locks[origin]
        if not lock.acquire(timeout=WAIT_SECONDS):
            raise BusyError
        try:
            return self._cosign(request, signed, keys)
        finally:
            lock.release()

    def _cosign(self, request: Request, signed: Note, keys: Sequence[LogKey]) -> str:
        origin = request.checkpoint.origin
        latest = self.store.latest(origin)
        self._check(request, signed, latest)
        if held := self.store.hold(origin):
            raise HeldError(held.id, _in_short(held.what))
        growing = Growing()
        if self.reader is not None:
            growing = self._read_entries(self.reader, request, signed, latest, keys)
        now = self._time()
        text = request.checkpoint.text
        lines = signing.cosign(text, now, self.signers, self.extra)
        note = Note(text, (*signed.signatures, *lines)).encode()
        known = latest.known if latest else NOTHING
        seconds = int(now.timestamp())
        if not self.store.advance(known, request.checkpoint, note, seconds, growing):
            newest = self.store.latest(origin)
            if newest is not None and newest.known == known:
                # It is the time that another request got ahead with; 409 would mean a fork.
                raise BusyError
            raise ConflictError(newest.known.size if newest else 0)
        return "".join(line.line for line in lines)

    def _check(self, request: Request, signed: Note, latest: Latest | None) -> None:
        """Apply the rules; whatever a log signed that cannot be true is kept."""
        known = latest.known if latest else NOTHING
        proof = self._proof(request, signed, latest)
        if proof is not None:
            self._keep(proof)
        try:
            rules.check(request, known)
        except InconsistentError as error:
            new = request.checkpoint
            if proof is None and new.size > known.size:
                kept = latest.note if latest else b""
                kind = EvidenceKind.NOT_EXTENDED
                self._keep(Found(new.origin, kind, kept, signed.encode(), error.why))
            raise

    def _proof(self, request: Request, signed: Note, latest: Latest | None) -> Found | None:
        """Return what proves by signatures of the log alone that it signed what is not true."""
        new, offered = request.checkpoint, signed.encode()
        if other := self.store.another_at(new):
            what = f"two roots of one tree of {new.size}"
            return Found(new.origin, EvidenceKind.SAME_SIZE, other, offered, what)
        if new.size == 0 and new.root != EMPTY_ROOT:
            what = "the root of an empty tree is another one"
            return Found(new.origin, EvidenceKind.WRONG_EMPTY, b"", offered, what)
        if latest and (root := rules.other_root(request, latest.known)):
            what = f"the tree of {new.size} holds another tree of {latest.known.size}"
            hashes = b"".join((root, *request.proof))
            kind = EvidenceKind.FORKED
            return Found(new.origin, kind, latest.note, offered, what, consistency=hashes)
        return None

    def _keep(self, found: Found) -> int | None:
        number = self.store.keep_evidence(found, self._now_seconds())
        harmless = {EvidenceKind.NOT_EXTENDED, EvidenceKind.HISTORY}
        logger.log(
            logging.INFO if found.kind in harmless else logging.ERROR,
            "evidence %s about %s (%s): %s",
            number,
            found.origin,
            found.kind,
            _in_short(found.what),
        )
        return number

    def _read_entries(
        self,
        reader: DrawReader,
        request: Request,
        signed: Note,
        latest: Latest | None,
        keys: Sequence[LogKey],
    ) -> Growing:
        """Read what is new; hold the log up if something came too late."""
        origin = request.checkpoint.origin
        url = next((key.url for key in keys if key.url), None)
        if url is None:
            raise UnreadableLogError("the address of the log is not set")
        growth = Growth(latest.known.size, latest.peaks) if latest else Growth()
        memory = self.store.memory(origin)
        now = self._now_seconds()
        entries = growth.entries_up_to(request.checkpoint, self.fetch_from(url))
        late = scan(reader, memory, entries, now)
        self.store.learn(origin, memory, now)
        if late:
            self._hold(origin, late, (latest.note if latest else b"", signed.encode()))
        return Growing(growth.peaks, tuple(chain.from_iterable(memory.new_awaits.values())))

    def _hold(self, origin: str, late: Sequence[Late], notes: tuple[bytes, bytes]) -> None:
        """Keep the evidence, and hold the log up but for what a person has let through.

        At first sight of a log its past is late and holds nothing up. It is cosigned with the
        true time, as is what was let through; a verifier sees by it what was not seen in time.
        """
        if not notes[0]:
            what = _in_short(_BETWEEN.join(str(one) for one in late))
            self._keep(Found(origin, EvidenceKind.HISTORY, *notes, what))
            return
        seen = self.store.let_through(origin)
        unseen = [one for one in late if (one.index, one.leaf) not in seen]
        if unseen:
            what = _BETWEEN.join(str(one) for one in unseen)
            number = self._keep(Found(origin, EvidenceKind.LATE, *notes, what, unseen))
            raise HeldError(number or 0, _in_short(what))

    def _time(self) -> datetime:
        """Return the time to state.

        Raises:
            ClockError: It is before the last cosignature, or before what is proven to be past.
        """
        last = self.store.last_time()  # before the clock: another thread may cosign meanwhile
        now = self.clock()
        seconds = int(now.timestamp())
        if seconds < last:
            raise ClockError(f"it shows {seconds}, and {last} when it cosigned last")
        if seconds + SLOW_CLOCK_SECONDS < (proven := self.store.proven_at()):
            raise ClockError(f"it shows {seconds}, and a public value proves {proven}")
        return now

    def _now_seconds(self) -> int:
        return int(self.clock().timestamp())

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """Return the newest cosigned checkpoint for monitors, None if there is none.

        Source: C2SP tlog-witness, "Monitor Retrieval Mechanism".
        """
        latest = self.store.latest_by_hash(origin_hash)
        return None if latest is None else latest.note


def _in_short(what: str) -> str:
    """Return the first of many late entries, and how many more there are."""
    parts = what.split(_BETWEEN)
    more = len(parts) - _LATE_SHOWN
    return what if more <= 0 else _BETWEEN.join([*parts[:_LATE_SHOWN], f"and {more} more"])


def _verified(request: Request, keys: Sequence[LogKey]) -> Note:
    """Return the note with only the signatures of the log's keys; refuse a wrong one.

    Source: C2SP tlog-witness: 403 where no trusted key signed, or one's signature is wrong.
    """
    verifiers = [parse_vkey(key.vkey) for key in keys]
    try:
        note, verified = open_note(request.note, verifiers)
    except (BadSignatureError, UnsignedError) as error:
        raise UntrustedError(str(error)) from error
    except AuditError as error:
        raise UntrustedError(f"a signature cannot be read: {error}") from error
    trusted = {(v.verifier.name, v.verifier.key_id) for v in verified}
    kept: dict[tuple[str, bytes], Signature] = {}
    for line in note.signatures:
        if (line.name, line.key_id) in trusted:
            kept.setdefault((line.name, line.key_id), line)
    return Note(note.text, tuple(kept.values()))
