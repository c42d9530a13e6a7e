"""Writing a panel's entries: into the log's queue and beside the panel, in one transaction."""

from lottery.entries import DrawEntry as LotteryEntry
from lottery.entries import Notice
from market.db import UnitOfWork
from market.draws.rules import DrawMove, advance_draw
from market.panels import entries
from market.panels.journal import PanelKeyOpened
from market.panels.model import Panel, PanelEntry, PanelFile
from market.panels.rules import VoidGround


def write(work: UnitOfWork, panel: Panel, entry: LotteryEntry | Notice) -> int:
    """Hand an entry to the log and keep its bytes; return the submission's id."""
    body = entry.to_bytes()
    submission_id = work.submit(body)
    work.session.add(
        PanelEntry(panel_id=panel.id, type=entry.kind, submission_id=submission_id, body=body)
    )
    work.session.flush()
    return submission_id


def keep_file(work: UnitOfWork, panel: Panel, name: str, body: bytes) -> None:
    """Keep a published file of a panel, byte for byte."""
    work.session.add(PanelFile(panel_id=panel.id, name=name, body=body))


def open_key(work: UnitOfWork, panel: Panel) -> None:
    """Publish the key of a panel's codes, once: everybody can tell whose they are from now on."""
    if panel.key_opened_at is not None:
        return
    panel.key_opened_at = work.now
    work.record(PanelKeyOpened(panel=panel.number, draw=panel.draw_hash, key=panel.code_key))


def call_off(
    work: UnitOfWork, panel: Panel, ground: VoidGround, *, words: str, authority: str
) -> None:
    """Void a panel's draw; it is never drawn again."""
    panel.state = advance_draw(panel.state, DrawMove.VOID)
    panel.voided_at = work.now
    panel.void_ground = ground
    # Soon a checkpoint that holds the VOID has to be witnessed and kept.
    panel.next_check_at = work.now
    entry = entries.void(panel, reason=ground, order=words, authority=authority, at=work.now)
    write(work, panel, entry)
