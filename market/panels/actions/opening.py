"""Opening a panel's draw with the need's notice: pool, round and timetable are fixed by then."""

import json
import secrets
from typing import Final

from lottery.beacon import drand
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import methods, protocol
from market.draws import queries as draws
from market.draws.errors import TimetableRefusedError
from market.draws.model import Draw
from market.draws.rules import DrawMode, DrawState, EnrolmentState
from market.errors import MarketError
from market.experts.model import Expert
from market.experts.queries import qualified
from market.installation import Installation
from market.needs import hindrances
from market.needs.methods import Method, Terms, is_scored
from market.needs.model import Need
from market.numbers import next_number
from market.panels import codes, entries, queries
from market.panels.actions.record import keep_file, write
from market.panels.errors import PanelWaitsError, PoolTooSmallError
from market.panels.journal import PanelOpened
from market.panels.model import Panel, PanelCandidate
from market.panels.rules import ALTERNATES_PER_SEAT, PanelTimes, panel_times

FORMAT: Final = "zjcs/panel/v1"
SALT_BYTES: Final = 32
# The exact rule of who may be drawn, as the panel's public file prints it. Platform default.
RULES: Final = (
    "公告发布时专家库中本事项的全部有效专家，都是候选人；此后入库的不列入。",
    (
        "报名截止后、名单冻结前，与业主、运营机构或任一参加机构有利害关系的专家，以及已经停用的"
        "专家，一律回避，逐名写入公开日志。"
    ),
    (
        "由公开摇号协议 ismdraw/v1 从名单中抽取评审专家；辞谢、逾期未答复的，接受或交分时已经停用"
        "或者应当回避的，按抽取次序递补。"
    ),
    (
        "评审小组只抽取一次。无法组成的，本次采购流标。随机值晚到、来不及评审的，本次采购也流标，"
        "但不另抽：轮次不变，何时带入都得出同一个评审小组，由它评审本项目的下一次公告。"
    ),
    (
        "每名专家在本次抽取中另有编号：以本文件承诺的密钥，由抽取编号和专家库编码"
        "经 HMAC-SHA256 得出。密钥与评分表一并公布，届时人人可以由专家库编码算出编号。"
    ),
)


def open_panel(work: UnitOfWork, here: Installation, draw: Draw, terms: Terms) -> Panel:
    """Open the draw of the experts who will score a draw's firms.

    Called in the transaction that publishes the notice: nothing of it can be chosen later. A
    panel whose value came too late for the notice before serves this one instead.

    Raises:
        PanelWaitsError: The value of the panel before was not brought yet.
        PoolTooSmallError: The pool has too few experts for the item.
        TimetableRefusedError: The timetable would not pass the verifier.
    """
    need = work.session.get_one(Need, draw.need_id)
    if waiting := pending(work, need):
        raise waiting
    if unspent := _unspent(work, need, terms):
        return _serve_on(work, queries.locked(work, unspent.id), draw, need, terms)
    pool = sorted(qualified(work, need.item_code, known_by=work.now), key=lambda one: one.code)
    if len(pool) < terms.fewest_candidates:
        raise PoolTooSmallError(len(pool), terms.fewest_candidates)
    panel = _panel_of(work, here, draw, need, terms)
    document = _document(work, panel, draw, need, len(pool))
    rules = _canonical({"format": FORMAT, "rules": list(RULES)})
    _announce(work, panel, need, document, rules)
    keep_file(work, panel, queries.PANEL_FILE, document)
    keep_file(work, panel, queries.RULES_FILE, rules)
    # Not in the order of the pool: the n-th candidate would be the n-th of the public pool.
    secrets.SystemRandom().shuffle(pool)
    for sequence, expert in enumerate(pool):
        _put_in(work, panel, sequence, expert)
    work.session.flush()
    _tell(work, panel, need, document, len(pool))
    return panel


def pending(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why no notice with a panel can follow now: the panel before waits for its value."""
    if not is_scored(need.method):
        return None
    waiting = [one for one in queries.panels_of_need(work, need.id) if queries.waits(work, one)]
    return PanelWaitsError(waiting[0].number) if waiting else None


def _unspent(work: UnitOfWork, need: Need, terms: Terms) -> Panel | None:
    """Return the panel of the notice before, if it was drawn and nobody of it was called."""
    earlier = queries.panels_of_need(work, need.id)
    if not earlier or not queries.is_unspent(work, earlier[-1]):
        return None
    document = json.loads(queries.file_of(work, earlier[-1], queries.PANEL_FILE) or b"{}")
    is_same = (document["item"], document["seats"]) == (need.item_code, terms.seats)
    return earlier[-1] if is_same else None


def _serve_on(work: UnitOfWork, panel: Panel, draw: Draw, need: Need, terms: Terms) -> Panel:
    """Let a panel that was drawn too late for its notice serve the next one, as it was drawn."""
    times = _times_of(draw, terms)
    panel.draw_id = draw.id
    panel.call_from_at = times.phi_at
    panel.scoring_by_at = times.scoring_by_at
    panel.next_check_at = times.phi_at
    work.session.flush()
    document = queries.file_of(work, panel, queries.PANEL_FILE) or b""
    _tell(work, panel, need, document, len(queries.candidates_of(work, panel)))
    return panel


def _tell(work: UnitOfWork, panel: Panel, need: Need, document: bytes, candidates: int) -> None:
    """Tell the log which notice a panel serves."""
    draw = work.session.get_one(Draw, panel.draw_id)
    work.record(
        PanelOpened(
            panel=panel.number,
            need=need.number,
            notice=draws.number_of(work, draw),
            document_digest=protocol.digest(document),
            draw=panel.draw_hash,
            seats=panel.seats,
            candidates=candidates,
            key_digest=codes.key_digest(panel.code_key),
        )
    )


def _times_of(draw: Draw, terms: Terms) -> PanelTimes:
    return panel_times(
        enrol_close_at=draw.enrol_close_at,
        panel_minutes=terms.panel_minutes,
        scoring_minutes=terms.scoring_minutes,
    )


def _panel_of(work: UnitOfWork, here: Installation, draw: Draw, need: Need, terms: Terms) -> Panel:
    times = _times_of(draw, terms)
    # A demonstration stays one; everywhere else the beacon decides, by courier where no line is.
    mode = DrawMode.D1 if draw.mode is DrawMode.D1 else DrawMode.A
    is_demo = mode is DrawMode.D1
    return Panel(
        number=next_number(work, "PS"),
        need_id=need.id,
        draw_id=draw.id,
        series=f"{need.number}/P{draw.attempt}",
        mode=mode,
        seats=terms.seats,
        alternates=terms.seats * ALTERNATES_PER_SEAT,
        fewest_candidates=terms.fewest_candidates,
        answer_minutes=terms.answer_minutes,
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


def _document(work: UnitOfWork, panel: Panel, draw: Draw, need: Need, pool: int) -> bytes:
    """Return the public file that says what will be drawn for whom; nothing about people."""
    return _canonical(
        {
            "format": FORMAT,
            "panel": panel.number,
            "need": need.number,
            "notice": draws.number_of(work, draw),
            "notice_digest": methods.notice_of(work, draw).digest,
            "item": need.item_code,
            "seats": panel.seats,
            "alternates": panel.alternates,
            "fewest_candidates": panel.fewest_candidates,
            "answer_minutes": panel.answer_minutes,
            "candidates": pool,
            "chain": drand.QUICKNET.hash if panel.mode is DrawMode.A else "",
            "rules": list(RULES),
            "key_digest": codes.key_digest(panel.code_key),
            "previous": _previous(work, need),
        }
    )


def _previous(work: UnitOfWork, need: Need) -> list[dict[str, object]]:
    """Return every panel that was drawn for the need before, and how it ended: in public."""
    return [
        {
            "panel": one.number,
            "draw": one.draw_hash,
            "state": one.state.value,
            "ground": one.void_ground.value if one.void_ground else "",
            "called": len(queries.seats_of(work, one)),
        }
        for one in queries.panels_of_need(work, need.id)
    ]


def _canonical(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _announce(work: UnitOfWork, panel: Panel, need: Need, document: bytes, rules: bytes) -> None:
    """Log the NOTICE, unless it would not pass the verifier; its leaf hash names the draw."""
    entry = entries.notice(
        panel,
        document_digest=protocol.digest(document),
        owner_code=organisation(work, need.owner_org_id).code,
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


methods.provide_opener(Method.SCORED, open_panel)
hindrances.provide_again(pending)
