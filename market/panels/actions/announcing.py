"""Announcing a panel's draw: pool, round and timetable are fixed by then, whatever it serves."""

import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from lottery.beacon import drand
from market.db import Actor, UnitOfWork
from market.draws import protocol
from market.draws.errors import TimetableRefusedError
from market.draws.rules import DrawMode, DrawState, EnrolmentState
from market.experts.model import Expert
from market.experts.queries import qualified
from market.installation import Installation
from market.needs.model import Need
from market.numbers import next_number
from market.panels import codes, entries, queries
from market.panels.actions.record import keep_file, write
from market.panels.errors import PoolTooSmallError
from market.panels.journal import PanelOpened
from market.panels.model import Panel, PanelCandidate
from market.panels.rules import ALTERNATES_PER_SEAT, PanelSubject, PanelTimes

FORMAT: Final = "zjcs/panel/v1"
SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is drawn for whom, and by what rules, as whoever asks for a panel says.

    ``facts`` go into the public file beside what every panel's says: nothing about people.
    ``purchaser_code`` is the organisation that NOTICE names, ``serves`` the public number of the
    subject, and ``need_number`` empty where the log is not to be told of the need.
    """

    subject: PanelSubject
    serves: str
    need: Need
    need_number: str
    series: str
    purchaser_code: str
    mode: DrawMode
    seats: int
    fewest_candidates: int
    answer_minutes: int
    times: PanelTimes
    rules: tuple[str, ...]
    facts: dict[str, object] = field(default_factory=dict)
    draw_id: int | None = None


def announce(work: UnitOfWork, here: Installation, plan: Plan) -> Panel:
    """Open a panel's draw in the transaction that decides it is needed.

    Nothing of it can be chosen later: the pool of this instant is enrolled, hidden, and the round
    of the value lies ahead.

    Raises:
        PoolTooSmallError: The pool has too few experts for the item.
        TimetableRefusedError: The timetable would not pass the verifier.
    """
    found = qualified(work, plan.need.item_code, known_by=work.now)
    pool = sorted(found, key=lambda one: one.code)
    if len(pool) < plan.fewest_candidates:
        raise PoolTooSmallError(len(pool), plan.fewest_candidates)
    panel = _panel_of(work, here, plan)
    document = _document(panel, plan, len(pool))
    rules = _canonical({"format": FORMAT, "rules": list(plan.rules)})
    _log_notice(work, panel, plan, document, rules)
    keep_file(work, panel, queries.PANEL_FILE, document)
    keep_file(work, panel, queries.RULES_FILE, rules)
    # Not in the order of the pool: the n-th candidate would be the n-th of the public pool.
    secrets.SystemRandom().shuffle(pool)
    for sequence, expert in enumerate(pool):
        _put_in(work, panel, sequence, expert)
    work.session.flush()
    tell(work, panel, need_number=plan.need_number, document=document, candidates=len(pool))
    return panel


def tell(
    work: UnitOfWork, panel: Panel, *, need_number: str, document: bytes, candidates: int
) -> None:
    """Tell the log what a panel serves; of a re-review, without the account that asked for it."""
    say = work if need_number else replace(work, actor=Actor("platform"))
    say.record(
        PanelOpened(
            panel=panel.number,
            need=need_number,
            notice=panel.serves,
            document_digest=protocol.digest(document),
            draw=panel.draw_hash,
            seats=panel.seats,
            candidates=candidates,
            key_digest=codes.key_digest(panel.code_key),
        )
    )


def _panel_of(work: UnitOfWork, here: Installation, plan: Plan) -> Panel:
    # A demonstration stays one; everywhere else the beacon decides, by courier where no line is.
    mode = DrawMode.D1 if plan.mode is DrawMode.D1 else DrawMode.A
    is_demo, times = mode is DrawMode.D1, plan.times
    return Panel(
        number=next_number(work, "PS"),
        need_id=plan.need.id,
        subject=plan.subject,
        serves=plan.serves,
        draw_id=plan.draw_id,
        series=plan.series,
        mode=mode,
        seats=plan.seats,
        alternates=plan.seats * ALTERNATES_PER_SEAT,
        fewest_candidates=plan.fewest_candidates,
        answer_minutes=plan.answer_minutes,
        opened_at=work.now,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
        call_from_at=times.phi_at,
        scoring_by_at=times.scoring_by_at,
        phi_round=None if is_demo else protocol.phi_round(times.phi_at),
        platform_key=protocol.platform_key(here.keys.vrf_secret) if is_demo else None,
        code_key=secrets.token_hex(codes.KEY_BYTES),
        state=DrawState.OPEN,
        next_check_at=times.enrol_close_at,
    )


def _document(panel: Panel, plan: Plan, pool: int) -> bytes:
    """Return the public file that says what will be drawn for whom; nothing about people."""
    return _canonical(
        {
            "format": FORMAT,
            "panel": panel.number,
            "item": plan.need.item_code,
            "seats": panel.seats,
            "alternates": panel.alternates,
            "fewest_candidates": panel.fewest_candidates,
            "answer_minutes": panel.answer_minutes,
            "candidates": pool,
            "chain": drand.QUICKNET.hash if panel.mode is DrawMode.A else "",
            "rules": list(plan.rules),
            "key_digest": codes.key_digest(panel.code_key),
            **plan.facts,
        }
    )


def _canonical(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _log_notice(work: UnitOfWork, panel: Panel, plan: Plan, document: bytes, rules: bytes) -> None:
    """Log the NOTICE, unless it would not pass the verifier; its leaf hash names the draw."""
    entry = entries.notice(
        panel,
        document_digest=protocol.digest(document),
        owner_code=plan.purchaser_code,
        rules_digest=protocol.digest(rules),
        at=work.now,
    )
    if faults := protocol.notice_faults(entry):
        raise TimetableRefusedError("；".join(faults))
    panel.draw_hash = entry.draw_id.hex()
    work.session.add(panel)
    work.session.flush()
    write(work, panel, entry)


def _put_in(work: UnitOfWork, panel: Panel, sequence: int, expert: Expert) -> None:
    salt = secrets.token_bytes(SALT_BYTES)
    code = codes.code_of(panel.code_key, panel.number, expert.code)
    entry = entries.enrol(panel, sequence=sequence, salt=salt, expert_code=code, at=work.now)
    work.session.add(
        PanelCandidate(
            panel_id=panel.id,
            expert_id=expert.id,
            expert_code=code,
            sequence=sequence,
            salt=salt,
            submission_id=write(work, panel, entry),
            state=EnrolmentState.ENROLLED,
        )
    )
