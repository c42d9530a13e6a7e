"""One draw from notice to replacement, logged step by step, each step open to tampering."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import lottery
from lottery.beacon import vrf
from tests.lottery.minilog import MiniLog, consistency, policy_text, public, sign

VECTORS = Path(__file__).parent.parent / "vectors"
QUICKNET = json.loads((VECTORS / "drand-quicknet.json").read_text())
BEACON = next(b for b in QUICKNET["beacons"] if b["round"] == 32398885)

# The real time of that round; modes without a beacon use the same timetable.
T_PHI = 1790000019
FIRMS = [f"91310000MA1FL0{n:04d}" for n in (17, 23, 101, 333, 404, 512, 777)]
PLATFORM, SUPERVISOR = b"\x51" * 32, b"\x52" * 32
REGULATOR_KEY = b"\x61" * 32
VALUES = {"regulator": b"\x71" * 32, "notary": b"\x72" * 32}
DIGEST = "ab" * 32

Tamper = Callable[[lottery.Entry], "lottery.Entry | bytes | None"]


def salt_of(number: int) -> bytes:
    return hashlib.sha256(b"salt %d" % number).digest()


def source_of(mode: str) -> lottery.PhiSource:
    match mode:
        case "A":
            return lottery.DrandSource(chain=QUICKNET["chain_info"]["hash"], round=BEACON["round"])
        case "B":
            return lottery.NumbersSource(game="cwl-kl8", issue="2026310")
        case "D1":
            return lottery.VrfSource(mode=lottery.Mode.PLATFORM, keys=(public(PLATFORM).hex(),))
        case _:
            keys = (public(PLATFORM).hex(), public(SUPERVISOR).hex())
            return lottery.VrfSource(mode=lottery.Mode(mode), keys=keys)


@dataclass
class Story:
    """What happens, in order; ``tamper`` changes the entry of a step, or drops it."""

    mode: str = "A"
    tamper: dict[str, Tamper] = field(default_factory=dict)
    weights: dict[int, int] = field(default_factory=dict)
    contributors: bool = True
    company: bool = True
    firms: int = 7
    leaving: tuple[int, ...] = (5, 6)
    k: int = 2
    a: int = 2
    attempt: int = 1
    prev: str | None = None
    log: MiniLog = field(default_factory=lambda: MiniLog([b"another entry", b"and another"]))
    mine: list[int] = field(default_factory=list)
    start: int = T_PHI - 5000
    cut_size: int = 0
    cut_times: dict[str, int] = field(
        default_factory=lambda: {"w1": T_PHI - 900, "w2": T_PHI - 850, "w3": T_PHI - 100}
    )
    final_times: dict[str, int] = field(
        default_factory=lambda: {"w1": T_PHI + 2000, "w2": T_PHI + 2001}
    )

    def add(self, step: str, entry: lottery.Entry) -> lottery.Entry:
        """Log an entry after tampering, and return what was logged."""
        changed = self.tamper[step](entry) if step in self.tamper else entry
        if changed is None:
            return entry
        body = changed if isinstance(changed, bytes) else changed.to_bytes()
        self.mine.append(self.log.append(body))
        if self.company:
            self.log.append(b"something else happens in between")
        return entry if isinstance(changed, bytes) else changed

    def publish(self) -> lottery.Notice:
        contributors = (
            lottery.Contributor(who="regulator", key=public(REGULATOR_KEY).hex()),
            lottery.Contributor(who="notary", key=None),
        )
        self.notice = self.add(
            "notice",
            lottery.Notice(
                at=self.start,
                need="2026-000123",
                document=DIGEST,
                purchaser="12310000425001234A",
                k=self.k,
                a=self.a,
                eligibility_rules=DIGEST,
                weight_rule=lottery.WeightRule.LISTED if self.weights else lottery.WeightRule.EQUAL,
                enrol_open=self.start,
                enrol_close=T_PHI - 1800,
                freeze_by=T_PHI - 1500,
                reveal_by=T_PHI - 900,
                t_phi=T_PHI,
                phi=source_of(self.mode),
                contributors=contributors if self.contributors else (),
                attempt=self.attempt,
                prev=self.prev,
            ),
        )
        self.first_index = self.mine[-1]
        self.draw = self.notice.draw_id
        self.id = self.draw.hex()
        return self.notice

    def enrol(self) -> None:
        """All firms enrol; one withdraws and one is found ineligible."""
        self.enrols: dict[int, tuple[int, lottery.Entry]] = {}
        for number, firm in enumerate(FIRMS[: self.firms]):
            committed = lottery.enrol_commit(salt_of(number), self.draw, firm).hex()
            at = T_PHI - 4000 + number
            entry = self.add(
                f"enrol{number}",
                lottery.Enrol(at=at, draw=self.id, seq=number, enrol_commit=committed),
            )
            self.enrols[number] = (self.mine[-1], entry)
        for kind, number in zip((lottery.Withdraw, lottery.Ineligible), self.leaving, strict=False):
            self.add(
                kind.kind,
                kind(
                    at=T_PHI - 2000,
                    draw=self.id,
                    enrol=self.enrols[number][0],
                    reason="own_request",
                    evidence=DIGEST,
                    officer="user:9",
                ),
            )

    def commit(self) -> None:
        self.commits: dict[str, str] = {}
        for who in VALUES if self.contributors else ():
            committed = lottery.commit(self.draw, who, VALUES[who])
            signature = sign(REGULATOR_KEY, lottery.commit_message(self.draw, committed)).hex()
            entry = self.add(
                f"commit-{who}",
                lottery.Commit(
                    at=T_PHI - 3000,
                    draw=self.id,
                    who=who,
                    commit=committed.hex(),
                    signature=signature if who == "regulator" else None,
                ),
            )
            self.commits[who] = entry.commit

    def close(self) -> None:
        self.add(
            "close",
            lottery.Close(
                at=T_PHI - 1800,
                draw=self.id,
                first_index=self.first_index,
                last_index=self.mine[-1],
                enrolled=self.firms,
                commits=len(self.commits),
            ),
        )

    def freeze(self) -> None:
        listed = [
            lottery.Candidate(
                firm_id=FIRMS[number],
                weight=self.weights.get(number, 1),
                salt=salt_of(number).hex(),
                enrol_index=self.enrols[number][0],
                enrol_hash=self.enrols[number][1].leaf_hash,
            )
            for number in range(self.firms)
            if number not in self.leaving
        ]
        self.listed = lottery.FrozenList.of(listed)
        frozen = lottery.freeze(
            self.notice,
            self.listed,
            at=T_PHI - 1700,
            withdrawn=len(self.leaving[:1]),
            ineligible=len(self.leaving[1:]),
            commits=self.commits,
        )
        self.frozen = self.add("freeze", frozen)

    def reveal(self) -> None:
        """The regulator reveals and the notary does not."""
        for who in ("regulator",) if self.contributors else ():
            value = VALUES[who].hex()
            self.add(
                f"reveal-{who}",
                lottery.Reveal(at=T_PHI - 1000, draw=self.id, who=who, value=value),
            )
        self.revealed = {"regulator": VALUES["regulator"]} if self.contributors else {}
        self.reveals = lottery.contributions(self.notice, self.frozen, self.revealed)

    def cut(self) -> None:
        self.cut_size = len(self.log.entries)

    def evidence(self) -> lottery.PhiEvidence:
        match self.mode:
            case "A":
                return lottery.DrandEvidence(round=BEACON["round"], signature=BEACON["signature"])
            case "B":
                drawn = tuple(range(1, 60, 3))
                return lottery.NumbersEvidence(numbers=drawn, source="中央电视台")
            case _:
                keys = {public(key).hex(): key for key in (PLATFORM, SUPERVISOR)}
                alpha = lottery.alpha(self.frozen, self.reveals)
                proofs = tuple(
                    lottery.VrfProof(key=key, pi=vrf.prove(keys[key], alpha).hex())
                    for key in self.notice.phi.keys
                )
                return lottery.VrfEvidence(mode=self.notice.phi.mode, proofs=proofs)

    def arrive(self) -> None:
        entry = lottery.Phi(at=T_PHI + 5, draw=self.id, evidence=self.evidence())
        self.add("phi", entry)
        self.value = lottery.last_value(self.notice, self.frozen, self.reveals, entry.evidence)

    def conclude(self) -> None:
        result = lottery.conclude(
            self.notice, self.frozen, self.listed, self.reveals, self.value, at=T_PHI + 10
        )
        self.result = self.add("result", result)

    def decline_and_replace(self) -> None:
        first, third = self.result.order[0], self.result.order[2]
        self.add(
            "decline",
            lottery.Decline(
                at=T_PHI + 1000, draw=self.id, who=first, reason="no_capacity", evidence=DIGEST
            ),
        )
        self.add(
            "replace",
            lottery.Replace(at=T_PHI + 1100, draw=self.id, out_firm=first, in_firm=third, rank=3),
        )

    def call_off(self, at: int) -> None:
        self.add(
            "void",
            lottery.Void(
                at=at, draw=self.id, reason="too_few", order=DIGEST, authority="市发展改革局"
            ),
        )

    def bundle(self) -> lottery.Bundle:
        size = len(self.log.entries)
        final = self.log.checkpoint(size, self.final_times)
        entries = tuple(
            lottery.LoggedEntry(self.log.entries[i], self.log.proof(i, size, final))
            for i in self.mine
        )
        return lottery.Bundle(
            draw=self.id,
            origin=self.log.origin,
            entries=entries,
            cut=self.cut_at(self.cut_size, self.cut_times) if self.cut_size else None,
            list_file=self.listed.file if hasattr(self, "listed") else None,
        )

    def cut_at(self, size: int, times: dict[str, int]) -> lottery.Cut:
        proof = consistency(size, self.log.entries)
        return lottery.Cut.of(self.log.checkpoint(size, times), proof)


def told(story: Story) -> Story:
    """Let every step of a story happen."""
    story.publish()
    story.enrol()
    story.commit()
    story.close()
    story.freeze()
    story.reveal()
    story.cut()
    story.arrive()
    story.conclude()
    story.decline_and_replace()
    return story


def a_policy(quorum: str = "two", *, pins: bool = True) -> lottery.Policy:
    lines = f"#@ismdraw vrf-key supervisor {public(SUPERVISOR).hex()}\n" if pins else ""
    return lottery.parse_policy(policy_text(quorum, lines))


def failures(bundle: lottery.Bundle | bytes, policy: lottery.Policy | None = None) -> set[str]:
    """Return the names of the checks that fail on their own account."""
    checks = lottery.verify(bundle, policy or a_policy())
    return {check.name for check in checks if check.outcome is lottery.Outcome.FAILED}


def with_entry(**changes: object) -> Tamper:
    """Return a tampering that changes members of an entry."""
    return lambda entry: replace(entry, **changes)


def outcome_of(
    name: str, bundle: lottery.Bundle, policy: lottery.Policy | None = None
) -> lottery.Check:
    """Return one check of a bundle."""
    checks = lottery.verify(bundle, policy or a_policy())
    return next(check for check in checks if check.name == name)
