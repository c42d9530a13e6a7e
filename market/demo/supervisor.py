"""The stand-in for the supervisor of modes D2 and C, who elsewhere acts on a machine of its own.

It is a demonstration: the same machine holds both keys, so its draws prove nothing. The key
lies beside the city, not among the platform's keys, and the web never reads it.
"""

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from lottery.beacon import vrf
from market.db import Actor, reading_work, unit_of_work
from market.draws import actions as draws
from market.draws import lists, queries
from market.draws.actions.keys import possession_alpha
from market.draws.model import Draw
from market.draws.rules import DrawMode
from market.errors import MarketError
from market.installation import Installation

_log: Final = logging.getLogger(__name__)


class Supervisor:
    """Answers every draw, and drawing of a replacement, that waits for the supervisor's value."""

    def __init__(self, here: Installation, actor: Actor, key_file: Path) -> None:
        self._here = here
        self._actor = actor
        self._secret = _secret_of(key_file)

    def register(self) -> None:
        """Make the key known, with the proof that its secret half is held."""
        with unit_of_work(self._here.sessions, self._actor, self._here.clock) as work:
            proof = vrf.prove(self._secret, possession_alpha(self._actor.org_code or ""))
            draws.register_trustee_key(work, vrf.public_key(self._secret), proof)

    def answer(self) -> int:
        """Hand in the proofs that are due; return how many there were.

        A draw waits for its supervisor from the instant of its value, so nothing is proved
        earlier than 60 seconds before it: until then the list could still change by a reveal.
        """
        own = vrf.public_key(self._secret).hex()
        with reading_work(self._here.sessions, self._actor, self._here.clock) as work:
            waiting = [
                (row.draw.id, queries.alpha_of(work, row.draw))
                for row in lists.waiting_for_supervisor(work)
                if own in queries.own_keys(work, row.draw)
            ]
            waiting += [
                (row.draw.id, queries.awaited_next(work, row.draw, later).alpha)
                for row, later in lists.replacing_for_supervisor(work)
                if own in queries.own_keys(work, row.draw)
            ]
        return sum(self._answered(draw_id, own, alpha) for draw_id, alpha in waiting)

    def _answered(self, draw_id: int, own: str, alpha: bytes) -> bool:
        """Hand in one proof; a draw that cannot take it keeps no other one waiting."""
        proof = vrf.prove(self._secret, alpha)
        try:
            with unit_of_work(self._here.sessions, self._actor, self._here.clock) as work:
                draw = work.session.get_one(Draw, draw_id)
                if draw.mode is DrawMode.D2:
                    draws.submit_supervisor_proof(work, self._here, draw, proof)
                else:
                    draws.submit_trustee_proof(work, self._here, draw, own, proof)
        except MarketError as error:
            _log.info("draw %s takes no proof now: %s", draw_id, error)
            return False
        return True


def _secret_of(path: Path) -> bytes:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(path.read_text("ascii").strip())
