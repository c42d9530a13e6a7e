"""Draws of every kind, logged step by step and bundled: material for vectors and for agreement.

Unlike ``story.py``, which tells one draw for the tests of single checks, this makes any draw
that the protocol allows: all modes, contributors of every behaviour, firms that commit, fresh
alternates, earlier attempts. ``tamper`` changes or drops the entry of a step, and everything
after it is made to fit.
"""

from dataclasses import dataclass, field

import lottery
from lottery import steps
from lottery.beacon import vrf
from tests.lottery.drawing_facts import (
    CHAIN,
    DIGEST,
    DRAWN,
    KEYS,
    MODES,
    PURCHASER,
    ROUNDS,
    T_NUMBERS,
    VRF_KEYS,
    Tamper,
    Voice,
    firm_code,
    round_time,
    secret,
)
from tests.lottery.minilog import MiniLog, consistency, public, sign


@dataclass
class Drawing:
    """One draw. The steps are methods; ``whole`` runs all of them up to the result."""

    mode: str = "D1"
    round: int = 32398885
    firms: int = 3
    k: int = 1
    a: int = 1
    fresh: bool = False
    firm_commits: bool = False
    weights: dict[int, int] = field(default_factory=dict)
    leaving: dict[int, str] = field(default_factory=dict)
    voices: tuple[Voice, ...] = ()
    firm_voices: dict[int, Voice] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ("w1",)
    final_witnesses: tuple[str, ...] | None = None
    between: int = 0
    tamper: dict[str, Tamper] = field(default_factory=dict)
    earlier: tuple["Drawing", ...] = ()
    need: str = "2026-000123"
    issue: str = "2026310"
    log: MiniLog = field(default_factory=lambda: MiniLog([b"an earlier entry"]))
    mine: list[int] = field(default_factory=list)
    later: dict[int, tuple[int, dict[str, int]]] = field(default_factory=dict)
    cut_size: int = 0
    cut_delay: int = 0
    void_at: int = 0
    phi_json: bytes | None = None
    listed: lottery.FrozenList | None = None
    firm_commitments: dict[int, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    now: int = 0
    id: str = DIGEST

    def __post_init__(self) -> None:
        after = max((each.void_at + 6000 for each in self.earlier), default=0)
        self.t_phi = round_time(self.round) if self.mode == "A" else max(T_NUMBERS, after)
        self.now = self.now or self.t_phi + 10

    def add(self, step: str, entry: lottery.Entry) -> lottery.Entry:
        """Log an entry after tampering, and return what was logged, or would have been."""
        changed = self.tamper[step](entry) if step in self.tamper else entry
        if changed is None:
            return entry
        body = changed if isinstance(changed, bytes) else changed.to_bytes()
        self.mine.append(self.log.append(body))
        for number in range(self.between):
            self.log.append(b"something else %d %d" % (len(self.log.entries), number))
        return entry if isinstance(changed, bytes) else changed

    def source(self, round_number: int | None = None, issue: str | None = None):
        match self.mode:
            case "A":
                return lottery.DrandSource(chain=CHAIN, round=round_number or self.round)
            case "B":
                return lottery.NumbersSource(game="cwl-kl8", issue=issue or self.issue)
            case _:
                mode, count = MODES[self.mode]
                keys = tuple(public(key).hex() for key in KEYS[:count])
                return lottery.VrfSource(mode=mode, keys=keys)

    def publish(self) -> None:
        t_phi = self.t_phi
        start = t_phi - 5000 - 10 * (3 - len(self.earlier))
        contributors = tuple(
            lottery.Contributor(
                who=each.who, key=public(secret(each.who)).hex() if each.keyed else None
            )
            for each in self.voices
        )
        rule = lottery.WeightRule.LISTED if self.weights else lottery.WeightRule.EQUAL
        notice = lottery.Notice(
            at=start,
            need=self.need,
            document=DIGEST,
            purchaser=PURCHASER,
            k=self.k,
            a=0 if self.fresh else self.a,
            alternates=lottery.Alternates.FRESH if self.fresh else lottery.Alternates.ORDERED,
            eligibility_rules=DIGEST,
            firm_commits=self.firm_commits,
            weight_rule=rule,
            enrol_open=start,
            enrol_close=t_phi - 1800,
            freeze_by=t_phi - 1500,
            reveal_by=t_phi - 900,
            t_phi=t_phi,
            phi=self.source(),
            contributors=contributors,
            attempt=len(self.earlier) + 1,
            prev=self.earlier[-1].id if self.earlier else None,
        )
        self.notice = self.add("notice", notice)
        self.first_index = self.mine[-1]
        self.id = self.notice.draw_id.hex()

    def enrol(self) -> None:
        self.enrols: dict[int, tuple[int, lottery.Entry]] = {}
        for number in range(self.firms):
            salt, code = secret(f"salt {number}"), firm_code(number)
            committed = lottery.enrol_commit(salt, self.notice.draw_id, code).hex()
            entry = lottery.Enrol(
                at=self.t_phi - 4000 + number, draw=self.id, seq=number, enrol_commit=committed
            )
            logged = self.add(f"enrol{number}", entry)
            self.enrols[number] = (self.mine[-1], logged)
        kinds = {"withdraw": lottery.Withdraw, "ineligible": lottery.Ineligible}
        for number, kind in self.leaving.items():
            entry = kinds[kind](
                at=self.t_phi - 2000,
                draw=self.id,
                enrol=self.enrols[number][0],
                reason="own_request",
                evidence=DIGEST,
                officer="user:9",
            )
            self.add(f"{kind}{number}", entry)

    def commit(self) -> None:
        draw = self.notice.draw_id
        for voice in (*self.voices, *self.firm_voices.values()):
            if not voice.commits:
                continue
            committed = lottery.commit(draw, voice.who, secret(f"value {voice.who}"))
            signed = lottery.commit_message(draw, committed)
            entry = lottery.Commit(
                at=self.t_phi - 3000,
                draw=self.id,
                who=voice.who,
                commit=committed.hex(),
                signature=sign(secret(voice.who), signed).hex() if voice.keyed else None,
            )
            self.commits[voice.who] = self.add(f"commit-{voice.who}", entry).commit
        self.firm_commitments = {
            number: self.commits[voice.who] for number, voice in self.firm_voices.items()
        }

    def close(self) -> None:
        entry = lottery.Close(
            at=self.t_phi - 1800,
            draw=self.id,
            first_index=self.first_index,
            last_index=self.mine[-1],
            enrolled=self.firms,
            commits=len(self.commits),
        )
        self.add("close", entry)

    def freeze(self) -> None:
        rows = [
            lottery.Candidate(
                firm_id=firm_code(number),
                weight=self.weights.get(number, 1),
                salt=secret(f"salt {number}").hex(),
                enrol_index=self.enrols[number][0],
                enrol_hash=self.enrols[number][1].leaf_hash,
            )
            for number in range(self.firms)
            if number not in self.leaving
        ]
        self.listed = lottery.FrozenList.of(rows)
        kinds = list(self.leaving.values())
        frozen = lottery.freeze(
            self.notice,
            self.listed,
            at=self.t_phi - 1700,
            withdrawn=kinds.count("withdraw"),
            ineligible=kinds.count("ineligible"),
            commits=self.commits,
        )
        self.frozen = self.add("freeze", frozen)

    def reveal(self) -> None:
        """Let everyone reveal, take the cut, and compute what counts."""
        everyone = [voice for voice in (*self.voices, *self.firm_voices.values()) if voice.commits]
        counted = {}
        for voice in everyone:
            if voice.reveal in {"yes", "late", "wrong"}:
                self._open(voice)
            if voice.reveal == "yes":
                counted[voice.who] = secret(f"value {voice.who}")
        self.cut_size = len(self.log.entries)
        for voice in everyone:
            if voice.reveal == "outside":
                self._open(voice)
        self.settle(counted)

    def settle(self, counted: dict[str, bytes]) -> None:
        self.reveals = lottery.contributions(
            self.notice, self.frozen, counted, self.firm_commitments
        )

    def _open(self, voice: Voice) -> None:
        value = secret(f"value {voice.who}") if voice.reveal != "wrong" else secret("wrong")
        late = voice.reveal == "late"
        entry = lottery.Reveal(
            at=self.t_phi - (899 if late else 1000), draw=self.id, who=voice.who, value=value.hex()
        )
        self.add(f"reveal-{voice.who}", entry)

    def evidence(self, source, alpha: bytes) -> lottery.PhiEvidence:
        match self.mode:
            case "A":
                return lottery.DrandEvidence(round=source.round, signature=ROUNDS[source.round])
            case "B":
                drawn = tuple(sorted(DRAWN if source.issue == self.issue else range(1, 21)))
                return lottery.NumbersEvidence(numbers=drawn, source="中央电视台")
            case _:
                proofs = tuple(
                    lottery.VrfProof(key=key, pi=vrf.prove(VRF_KEYS[key], alpha).hex())
                    for key in source.keys
                )
                return lottery.VrfEvidence(mode=source.mode, proofs=proofs)

    def known(self) -> lottery.PhiEvidence:
        """Return the evidence of this draw's last value."""
        return self.evidence(self.notice.phi, lottery.alpha(self.frozen, self.reveals))

    def arrive(self) -> None:
        evidence = self.known()
        self.value = lottery.last_value(self.notice, self.frozen, self.reveals, evidence)
        self.add("phi", lottery.Phi(at=self.t_phi + 5, draw=self.id, evidence=evidence))

    def conclude(self) -> None:
        result = lottery.conclude(
            self.notice, self.frozen, self.listed, self.reveals, self.value, at=self.t_phi + 10
        )
        self.seed = bytes.fromhex(result.seed)
        self.result = self.add("result", result)
        self.selected = list(result.order[: self.k])
        self.ever = list(self.selected)
        self.gone: list[str] = []

    def until_cut(self) -> "Drawing":
        for step in (self.publish, self.enrol, self.commit, self.close, self.freeze, self.reveal):
            step()
        return self

    def whole(self) -> "Drawing":
        self.until_cut().arrive()
        self.conclude()
        return self

    def leave(self, firm: str, *, at: int | None = None, kind: str = "decline") -> lottery.Entry:
        """Let a firm leave now; where alternates are fresh, a selected one fixes a next value."""
        at = at or self.now + 100
        value = self._next(at) if self.fresh and firm in self.selected else None
        cls = lottery.Decline if kind == "decline" else lottery.Disqualify
        entry = cls(
            at=at,
            draw=self.id,
            who=firm,
            reason="no_capacity",
            evidence=DIGEST,
            next_value=value,
        )
        self.left = self.add(kind, entry)
        self.barred = tuple(self.ever)
        self.gone.append(firm)
        self.now = at
        if value is not None:
            times = dict.fromkeys(self.witnesses, at + 100)
            self.later[self.mine[-1]] = (len(self.log.entries), times)
        return self.left

    def _next(self, at: int) -> lottery.NextValue:
        if self.mode == "A":
            number = min(number for number in ROUNDS if round_time(number) >= at + 600)
            return lottery.NextValue(phi=self.source(number), t_phi=round_time(number))
        phi = self.source(issue=str(int(self.issue) + 1 + len(self.gone)))
        return lottery.NextValue(phi=phi, t_phi=at + 600)

    def refill(
        self, left: lottery.Entry, barred: tuple[str, ...] | None = None, out: str | None = None
    ) -> None:
        """Let the next alternate take the place of a firm that left."""
        out = out or left.who
        evidence = None
        if self.fresh:
            value = left.next_value
            evidence = self.evidence(value.phi, steps.fresh_alpha(left, self.seed))
            line = steps.fresh_alternates(
                left, self.listed, self.seed, evidence, self.barred if barred is None else barred
            )
            self.now = value.t_phi + 10
        else:
            line = list(self.result.order)
            self.now += 100
        coming = next(firm for firm in line if firm not in self.gone and firm not in self.ever)
        entry = lottery.Replace(
            at=self.now,
            draw=self.id,
            out_firm=out,
            in_firm=coming,
            rank=line.index(coming) + 1,
            evidence=evidence,
        )
        self.selected[self.selected.index(out)] = coming
        self.ever.append(coming)
        self.add("replace", entry)

    def call_off(self, at: int) -> None:
        entry = lottery.Void(
            at=at, draw=self.id, reason="too_few", order=DIGEST, authority="市发展改革局"
        )
        self.add("void", entry)
        self.void_at = at

    def cut_times(self) -> dict[str, int]:
        return {
            name: self.t_phi - 800 + 20 * number + self.cut_delay
            for number, name in enumerate(self.witnesses)
        }

    def cut_at(self, size: int, times: dict[str, int]) -> lottery.Cut:
        return lottery.Cut.of(self.log.checkpoint(size, times), consistency(size, self.log.entries))

    def bundle(self) -> lottery.Bundle:
        size = len(self.log.entries)
        seen = self.witnesses if self.final_witnesses is None else self.final_witnesses
        final = self.log.checkpoint(size, dict.fromkeys(seen, self.now + 900))
        shown = {index for one in self.earlier for index in (one.mine[0], one.mine[-1])}
        indexes = sorted(shown | {*self.mine})
        return lottery.Bundle(
            draw=self.id,
            origin=self.log.origin,
            entries=tuple(
                lottery.LoggedEntry(self.log.entries[index], self.log.proof(index, size, final))
                for index in indexes
            ),
            cut=self.cut_at(self.cut_size, self.cut_times()) if self.cut_size else None,
            prior={
                number: one.cut_at(one.cut_size, one.cut_times())
                for number, one in enumerate(self.earlier, start=1)
                if one.cut_size
            },
            later={
                indexes.index(index): self.cut_at(size, times)
                for index, (size, times) in self.later.items()
            },
            list_file=None if self.listed is None else self.listed.file,
            phi=self.phi_json,
        )

    def data(self) -> bytes:
        return lottery.build(self.bundle())


def called_off(at_before: int = 1900, **differences) -> Drawing:
    """Return a draw that was called off before its list was frozen."""
    drawing = Drawing(**differences)
    drawing.publish()
    drawing.enrol()
    drawing.call_off(drawing.t_phi - at_before)
    drawing.cut_size = len(drawing.log.entries)
    return drawing


def second(first: Drawing, **differences) -> Drawing:
    """Return the attempt after a draw, in the same log, not yet told."""
    return Drawing(
        mode=first.mode,
        round=first.round,
        earlier=(*first.earlier, first),
        log=first.log,
        **differences,
    )
