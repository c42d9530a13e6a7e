"""A log in which something came too late: held, looked at by a person, let go on."""

import pytest

from audit.note import open_note, parse
from audit.witness.draws import Arrived, Awaits, Fixes, Learned
from audit.witness.errors import (
    ClockError,
    HeldError,
    InconsistentError,
    NoSuchEvidenceError,
    NotHeldError,
    UnreadableLogError,
)
from audit.witness.folder import Folder
from audit.witness.rules import EvidenceKind
from audit.witness.service import Witness
from tests.audit.making import NOW, a_signer
from tests.audit.witness.serving import HandClock, Tree, forked
from tests.audit.witness.test_service import bundles

SECONDS = int(NOW.timestamp())
SOON, PAST = SECONDS + 600, SECONDS - 600


class Reader:
    """Reads entries such as ``awaits a 1772413260``, ``fixes a`` and ``arrived a``."""

    def read(self, body):
        match body.decode().split():
            case ["awaits", key, time]:
                return (Awaits(key, int(time), f"round {time}"),)
            case ["fixes", key]:
                return (Fixes(key, f"FREEZE of {key}"),)
            case ["leaves", key, time]:
                awaits = Awaits(key, int(time), f"round {time}")
                return (awaits, Fixes(key, f"DECLINE of {key}", awaits))
            case ["lost", key, time]:
                return (Fixes(key, f"VOID of {key}", stated_at=int(time)),)
            case ["arrived" | "shown" as kind, key]:
                return (Arrived(key, "", proves_time=kind == "arrived"),)
            case _:
                return ()

    def learn(self, source, evidence):
        return Learned(is_shared=True, proven_at=int(source.split()[1]))


class Word(Reader):
    """Takes every value at the word of the log that shows it."""

    def learn(self, source, evidence):
        return Learned(is_shared=True, proven_at=None)


class Office:
    """A draw-aware witness without a network."""

    def __init__(self, path, reader=None) -> None:
        self.folder = Folder.create(path, "w.example", draw_aware=True)
        self.clock = HandClock()
        self.store = self.folder.store
        self.trees: dict[str, Tree] = {}
        self.reader = reader or Reader()
        self.restart()

    def restart(self) -> None:
        folder = Folder.open(self.folder.path)
        self.store = folder.store
        self.witness = Witness(
            folder.store,
            folder.signers,
            self.clock,
            reader=self.reader,
            fetch_from=lambda url: bundles(self.trees[url].bodies),
        )

    def follow(self, *lines: str, name: str = "market.example.gov.cn/log") -> Tree:
        tree = Tree([line.encode() for line in lines], a_signer(name, len(self.trees) + 1))
        url = f"http://{name}"
        self.folder.add_log(tree.signer.verifier.vkey, url, self.clock())
        self.trees[url] = tree
        return tree

    def offer(self, tree: Tree, *lines: str) -> str:
        tree.bodies = [*tree.bodies, *(line.encode() for line in lines)]
        known = self.store.latest(tree.signer.name)
        old = known.known.size if known else 0
        return self.witness.add_checkpoint(tree.request(old, len(tree.bodies)))

    def kinds(self) -> list[EvidenceKind]:
        return [one.kind for one in self.store.all_evidence()]


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path / "w")


def test_in_time_nothing_is_held(office):
    tree = office.follow(f"awaits a {SOON}")
    office.offer(tree)
    office.offer(tree, "fixes a")
    office.clock.advance(601)
    office.offer(tree, "arrived a")
    assert (office.kinds(), office.store.proven_at()) == ([], SOON)


def test_what_an_entry_awaits_is_remembered_from_one_checkpoint_to_the_next(office):
    tree = office.follow(f"awaits a {SOON}")
    office.offer(tree)
    office.restart()
    office.clock.advance(600)
    with pytest.raises(HeldError, match="FREEZE of a at index 1") as held:
        office.offer(tree, "fixes a")
    (kept,) = office.store.all_evidence()
    assert (kept.id, kept.kind, kept.holds) == (held.value.evidence_id, EvidenceKind.LATE, True)
    assert (kept.origin, kept.found_at) == (tree.signer.name, SECONDS + 600)
    assert (kept.acknowledged_at, kept.reason) == (None, None)
    sizes = [parse(note).text.split("\n")[1] for note in (kept.kept, kept.offered)]
    assert sizes == ["1", "2"]
    assert office.store.hold(tree.signer.name) == office.store.evidence(kept.id) == kept
    assert office.store.hold("another.example/log") is None


def test_a_held_log_stays_held_and_others_go_on(office):
    tree = office.follow(f"awaits a {SOON}")
    other = office.follow("nothing", name="another.example/log")
    office.offer(tree)
    office.clock.advance(600)
    for lines in (["fixes a"], [], ["something"], ["awaits b 9999999999"]):
        with pytest.raises(HeldError):
            office.offer(tree, *lines)
        office.restart()
    office.offer(other)
    assert office.kinds() == [EvidenceKind.LATE]
    assert office.store.latest(tree.signer.name).known.size == 1


def test_a_person_lets_it_go_on_with_the_true_time(office):
    tree = office.follow(f"awaits a {SOON}", f"awaits b {SOON + 10}")
    office.offer(tree)
    office.clock.advance(605)
    with pytest.raises(HeldError) as held:
        office.offer(tree, "fixes a")
    office.clock.advance(100)
    number = held.value.evidence_id
    assert office.store.let_through(tree.signer.name) == set()
    office.store.acknowledge(number, "停电", SECONDS + 705)
    ((index, _),) = office.store.let_through(tree.signer.name)
    assert index == 2
    kept = office.store.evidence(number)
    assert (kept.holds, kept.acknowledged_at, kept.reason) == (False, SECONDS + 705, "停电")
    with pytest.raises(NotHeldError):
        office.store.acknowledge(number, "again", SECONDS + 706)
    lines = office.offer(tree, "something")
    note = tree.note(len(tree.bodies)) + lines.encode()
    _, verified = open_note(note, [office.folder.signers[0].verifier])
    assert [int(v.cosigned_at.timestamp()) for v in verified] == [SECONDS + 705]
    assert office.kinds() == [EvidenceKind.LATE]
    # Only that one: the same words at another index are another entry.
    with pytest.raises(HeldError) as again:
        office.offer(tree, "fixes a")
    assert again.value.evidence_id == number + 1


def test_only_what_the_person_was_shown_is_let_through(office):
    """A decoy does not carry along what its writer keeps back until it is acknowledged."""
    tree = office.follow(f"awaits decoy {SOON}", f"awaits real {SOON}")
    office.offer(tree)
    office.clock.advance(600)
    with pytest.raises(HeldError, match="FREEZE of decoy"):
        office.offer(tree, "fixes decoy")
    office.store.acknowledge(1, "停电", SECONDS + 600)
    office.restart()
    with pytest.raises(HeldError) as held:
        office.offer(tree, "fixes real")
    shown = office.store.evidence(held.value.evidence_id).what
    assert ("real" in shown, "decoy" in shown) == (True, False)
    assert office.store.latest(tree.signer.name).known.size == 2
    office.store.acknowledge(held.value.evidence_id, "与停电有关", SECONDS + 601)
    office.offer(tree)
    assert office.kinds() == [EvidenceKind.LATE] * 2


def test_the_same_late_entry_holds_again_if_it_comes_again_later(office):
    """Each holding up is evidence of its own, or it could never be acknowledged."""
    tree = office.follow(f"awaits a {SOON}")
    office.offer(tree)
    office.clock.advance(600)
    for _ in range(2):
        with pytest.raises(HeldError) as held:
            office.offer(tree, "fixes a")
        office.store.acknowledge(held.value.evidence_id, "seen", SECONDS)
        office.offer(tree)
        office.clock.advance(1)
    assert office.kinds() == [EvidenceKind.LATE] * 2


def test_at_first_sight_the_past_is_noted(office):
    tree = office.follow(f"awaits a {PAST}", "fixes a", "arrived a")
    office.offer(tree)
    (kept,) = office.store.all_evidence()
    assert (kept.kind, kept.holds, kept.kept) == (EvidenceKind.HISTORY, False, b"")
    with pytest.raises(HeldError):
        office.offer(tree, "fixes a")


def test_a_proven_value_counts_in_every_log(office):
    tree = office.follow(f"awaits a {SOON}")
    other = office.follow(f"awaits x {SOON}", name="another.example/log")
    office.offer(tree)
    office.offer(other)
    with pytest.raises(ClockError):
        office.offer(other, "arrived x")  # the clock is 600 s behind what this proves
    assert office.store.proven_at() == SOON
    with pytest.raises(HeldError, match="already known"):
        office.offer(tree, "fixes a")
    assert office.store.hold(other.signer.name) is None


def test_a_value_at_its_logs_word_counts_in_that_log(tmp_path):
    office = Office(tmp_path / "w", Word())
    tree = office.follow(f"awaits a {SOON}", f"awaits b {SOON}")
    other = office.follow(f"awaits x {SOON}", name="another.example/log")
    office.offer(tree)
    office.offer(other)
    office.offer(other, "shown x")
    office.offer(tree, "fixes a")
    office.offer(tree, "shown a")
    assert office.store.proven_at() == 0
    with pytest.raises(HeldError, match="already known"):
        office.offer(tree, "fixes b")  # it waits for the same source


def test_what_was_learned_stays_learned_when_nothing_was_cosigned(office):
    tree = office.follow(f"awaits a {SOON}")
    office.offer(tree)
    with pytest.raises(ClockError):
        office.offer(tree, "arrived a")
    office.restart()
    assert office.store.proven_at() == SOON
    office.clock.advance(600 - 30)
    office.offer(tree)


def test_a_departure_is_judged_by_its_own_value(office):
    """A false one that waits for ever does not stand before the true one."""
    tree = office.follow("nothing")
    office.offer(tree)
    office.offer(tree, "leaves a 9999999999")
    office.restart()
    office.offer(tree, f"leaves a {SOON + 1}")
    office.clock.advance(600)
    with pytest.raises(HeldError, match="DECLINE of a at index 3"):
        office.offer(tree, f"leaves a {SOON}")


def test_the_value_of_a_departure_is_found_behind_a_false_one(tmp_path):
    office = Office(tmp_path / "w", Word())
    tree = office.follow("leaves a 9999999999")
    office.offer(tree)
    office.offer(tree, f"leaves a {SOON}", f"awaits b {SOON}")
    office.restart()
    office.offer(tree, "shown a")
    with pytest.raises(HeldError, match="already known"):
        office.offer(tree, "fixes b")


def test_many_late_entries_are_answered_in_part_and_kept_whole(office):
    tree = office.follow(f"awaits a {SOON}")
    office.offer(tree)
    office.clock.advance(600)
    with pytest.raises(HeldError) as held:
        office.offer(tree, *["fixes a"] * 50)
    for _ in range(2):
        assert str(held.value).count("FREEZE") == 20
        assert "and 30 more" in str(held.value)
        with pytest.raises(HeldError) as held:
            office.offer(tree)
    assert office.store.evidence(1).what.count("FREEZE") == 50
    office.store.acknowledge(1, "seen", SECONDS)
    office.offer(tree)


def test_a_log_without_an_address_is_not_cosigned(office):
    tree = office.follow("nothing")
    key = office.store.logs(tree.signer.name)[0]
    office.store.add_log(type(key)(key.origin, key.vkey, "", key.added_at))
    with pytest.raises(UnreadableLogError, match="address"):
        office.offer(tree)


def test_a_proof_is_announced_until_a_person_has_reported_it(office):
    tree = office.follow("one", "two")
    office.offer(tree)
    with pytest.raises(InconsistentError):
        office.witness.add_checkpoint(forked(tree, 1).request(2, 2))
    (kept,) = office.store.all_evidence()
    assert (kept.is_proof, kept.waits, kept.holds) == (True, True, False)
    office.store.acknowledge(kept.id, "已报告监督部门", SECONDS)
    kept = office.store.evidence(kept.id)
    assert (kept.is_proof, kept.waits, kept.reason) == (True, False, "已报告监督部门")
    with pytest.raises(NotHeldError):
        office.store.acknowledge(kept.id, "another reason", SECONDS)
    assert office.store.let_through(tree.signer.name) == set()


def test_evidence_that_is_not_there(office):
    with pytest.raises(NoSuchEvidenceError, match="5"):
        office.store.evidence(5)
    with pytest.raises(NoSuchEvidenceError, match="5"):
        office.store.acknowledge(5, "x", 0)
    assert office.store.all_evidence() == []
