"""Since when each firm declares who stands above it, through whom: read once for one question."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from market.affiliations.links.rules import OWN, Said
from market.affiliations.model import Declaration, DeclaredParty
from market.affiliations.rules import PartyRole, code_key
from market.db import UnitOfWork
from market.firms.model import Firm

CODE: Final = "code:"
LEGAL: Final = "legal:"


class Claims:
    """What firms declare, or declared at any time since an instant."""

    def __init__(self, work: UnitOfWork, control_over_bp: int, since: datetime | None) -> None:
        self.work = work
        self.control_over_bp = control_over_bp
        self.since = since
        self._own: dict[str, dict[str, int]] = {}
        self._whole: dict[int, dict[str, Said]] = {}

    def of(self, firm_id: int) -> dict[str, Said]:
        """Return whom a firm claims above itself, up the whole chain, and since when.

        Persons, organisations and, of its own declaration, the legal representative.
        """
        if firm_id not in self._whole:
            code = self.work.session.get_one(Firm, firm_id).code
            self._whole[firm_id] = self._climb(code)
        return self._whole[firm_id]

    def legal_digests(self, firm_id: int) -> list[str]:
        """Return who is a firm's legal representative by what it declares."""
        return sorted(key.removeprefix(LEGAL) for key in self.of(firm_id) if key.startswith(LEGAL))

    def _climb(self, code: str) -> dict[str, Said]:
        found = {code_key(code): OWN}
        waiting = [code]
        while waiting:
            below = waiting.pop(0)
            way = found[code_key(below)]
            for key, declaration in self._declared(below).items():
                if key.startswith(LEGAL) and below != code:
                    continue
                said = tuple(sorted((*way.said, declaration), reverse=True))
                step = Said(way.steps + 1, said)
                if key in found and found[key] <= step:
                    continue
                found[key] = step
                if key.startswith(CODE):
                    waiting.append(key.removeprefix(CODE))
        return found

    def _declared(self, code: str) -> dict[str, int]:
        """Return, by key, in which declaration a firm began to say what it says without a break."""
        if code not in self._own:
            self._own[code] = self._read(code)
        return self._own[code]

    def _read(self, code: str) -> dict[str, int]:
        versions = self.work.session.scalars(
            select(Declaration)
            .join(Firm, Firm.id == Declaration.firm_id)
            .where(Firm.code == code)
            .order_by(Declaration.version_no)
        ).all()
        behind: dict[int, set[str]] = defaultdict(set)
        for row in self.work.session.scalars(
            select(DeclaredParty).where(DeclaredParty.declaration_id.in_([v.id for v in versions]))
        ):
            if row.role is PartyRole.CONTROLLER or row.share_bp > self.control_over_bp:
                behind[row.declaration_id].add(row.key)
        begun: dict[str, int] = {}
        found: dict[str, int] = {}
        for version, counts in zip(versions, self._counted(versions), strict=True):
            keys = {*behind[version.id], f"{LEGAL}{version.legal_digest}"}
            begun = {key: begun.get(key, version.id) for key in keys}
            if counts:
                found |= begun
        return found

    def _counted(self, versions: Sequence[Declaration]) -> list[bool]:
        """Return of each version whether it is the last, or was at any time that counts."""
        since = self.since
        followed = [since is not None and later.declared_at > since for later in versions[1:]]
        return [*followed, True] if versions else []
