"""A witness that reads the draws: what was fixed too late finds no cosignature."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

import lottery
from audit.errors import MalformedError
from audit.note import open_note
from audit.tiles import ENTRIES, TILE_WIDTH, encode_bundle, parse_path
from audit.witness.draws import Awaits, Fixes, Memory, scan
from audit.witness.errors import FolderError
from audit.witness.folder import Folder
from audit.witness.records import Evidence
from audit.witness.rules import EvidenceKind
from audit.witness.server import application
from market import log, witnessing
from market.app import create_app
from market.db import unit_of_work
from market.witnessing_draws import Reader, WrongBeaconError, read_beacon
from market.witnessing_evidence import Language, details, moment
from tests.audit.making import a_signer
from tests.audit.witness.serving import HandClock, Tree, send, served
from tests.lottery.story import BEACON, DIGEST, FIRMS, T_PHI, Story, source_of, told
from tests.market.witnessing.witnessed import ACTOR, reading

DAY = 24 * 3600
IN_TIME, TOO_LATE = T_PHI - 1000, T_PHI + 60


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def serving(tree: Tree, *, partial: bool = True):
    """Serve the entries of a log as tiles, with or without partial ones."""

    def app(environ, start_response):
        try:
            tile = parse_path(environ["PATH_INFO"].removeprefix("/"))
        except MalformedError:
            tile = None
        first = tile.number * TILE_WIDTH if tile else 0
        bodies = tree.bodies[first : first + tile.width] if tile else []
        gone = tile is None or not (partial or tile.is_full)
        if gone or tile.level != ENTRIES or len(bodies) < tile.width:
            start_response("404 Not Found", [])
            return []
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return [encode_bundle(bodies)]

    return served(app)


@dataclass
class Office:
    """A draw-aware witness, and the logs it reads."""

    folder: Folder
    clock: HandClock
    url: str
    stack: ExitStack

    def follow(self, tree: Tree) -> None:
        address = self.stack.enter_context(serving(tree))
        self.folder.add_log(tree.signer.verifier.vkey, address, self.clock())

    def offer(self, tree: Tree, size: int | None = None):
        known = self.folder.store.latest(tree.signer.name)
        old = known.known.size if known else 0
        return send(self.url, tree.request(old, len(tree.bodies) if size is None else size))

    def evidence(self) -> list[EvidenceKind]:
        return [one.kind for one in self.folder.store.all_evidence()]


@pytest.fixture
def office(tmp_path):
    with ExitStack() as stack:
        folder = Folder.create(tmp_path / "w", "notary.example.cn/w1", draw_aware=True)
        clock = HandClock(at(T_PHI - 5000))
        url = stack.enter_context(served(application(folder.witness(clock, Reader()))))
        yield Office(folder, clock, url, stack)


@pytest.fixture(scope="module")
def story() -> Story:
    return told(Story())


def index_of(story: Story, kind: type[lottery.Entry], number: int = 0) -> int:
    """Return the index of the n-th entry of a type."""
    found = [
        index
        for index, body in enumerate(story.log.entries)
        if body.startswith(b"{") and isinstance(lottery.decode(body), kind)
    ]
    return found[number]


def up_to(story: Story, kind: type[lottery.Entry]) -> list[bytes]:
    return story.log.entries[: index_of(story, kind) + 1]


def begun(office: Office, story: Story, before: type[lottery.Entry] = lottery.Freeze) -> Tree:
    """A log that the witness follows, with a draw up to (not including) an entry."""
    tree = Tree(story.log.entries[: index_of(story, before)], a_signer())
    office.follow(tree)
    assert office.offer(tree).status == 200
    return tree


def test_a_draw_in_time_is_cosigned_to_its_end(office, story):
    tree = begun(office, story)
    for kind, seconds in (
        (lottery.Freeze, T_PHI - 1700),
        (lottery.Reveal, T_PHI - 1000),
        (lottery.Phi, T_PHI + 5),
        (lottery.Replace, T_PHI + 1100),
    ):
        office.clock.at = at(seconds)
        tree.bodies = up_to(story, kind)
        assert office.offer(tree).status == 200, kind
    assert office.evidence() == []
    assert office.folder.store.proven_at() == T_PHI


def said_of(office: Office, number: int = 0) -> list[str]:
    return details(office.folder.store.all_evidence()[number], Language.CHINESE)


def test_every_reason_is_told_in_chinese(office, story):
    tree = begun(office, story)
    office.clock.at = at(T_PHI + 60)
    tree.bodies = up_to(story, lottery.Freeze)
    assert office.offer(tree).status == 423
    index, text = len(tree.bodies) - 1, moment(T_PHI)
    assert said_of(office) == [f"序号 {index}：FREEZE {story.id}，按本机的钟，{text} 已过"]
    office.folder.store.acknowledge(1, "停电", T_PHI + 60)
    office.clock.at = at(T_PHI - 20)
    read_beacon(office.folder.store, str(BEACON["round"]), BEACON["signature"], office.clock())
    tree.bodies = up_to(story, lottery.Reveal)
    assert office.offer(tree).status == 423
    index = len(tree.bodies) - 1
    assert said_of(office, 1) == [f"序号 {index}：REVEAL {story.id}，决定结果的随机值已经可知"]


def said(kind: EvidenceKind, what: str) -> Evidence:
    return Evidence(
        id=1,
        origin="market.example.gov.cn/log",
        kind=kind,
        found_at=0,
        kept=b"",
        offered=b"",
        what=what,
        holds=kind is EvidenceKind.LATE,
        acknowledged_at=None,
        reason=None,
        consistency=b"",
    )


@pytest.mark.parametrize("why", ["known", "proven", "clock"])
def test_no_reason_is_left_in_english(why):
    """Whatever the scan says, the words are found for it."""
    awaits = Awaits("k", T_PHI, "s")
    memory = Memory(
        lambda key: [awaits], lambda name: why == "known", T_PHI if why == "proven" else 0
    )
    (late,) = scan(Fixing(), memory, [(7, b"", b"")], T_PHI if why == "clock" else 0)
    for kind in (EvidenceKind.LATE, EvidenceKind.HISTORY):
        one = said(kind, str(late))
        (line,) = details(one, Language.CHINESE)
        assert "序号 7" in line
        assert not re.search("[a-z]{3}", line)
        assert details(one, Language.ENGLISH)[0].isascii()


class Fixing:
    """Reads every entry as a list that waits for a value."""

    def read(self, body):
        return (Fixes("k", "FREEZE of k"),)

    def learn(self, source, evidence):
        return None


@pytest.mark.parametrize("kind", [lottery.Freeze, lottery.Reveal])
def test_what_comes_after_the_value_by_its_own_clock_is_not_cosigned(office, story, kind):
    tree = begun(office, story, kind)
    office.clock.at = at(T_PHI - 1)
    assert office.offer(tree).status == 200
    office.clock.at = at(T_PHI)
    tree.bodies = up_to(story, kind)
    answer = office.offer(tree)
    assert (answer.status, kind.kind.upper().encode() in answer.body) == (423, True)
    (kept,) = office.folder.store.all_evidence()
    assert (kept.kind, kept.holds) == (EvidenceKind.LATE, True)
    offered, _ = open_note(kept.offered, [tree.signer.verifier])
    assert offered.text == tree.checkpoint(len(tree.bodies)).text


def test_a_held_log_waits_for_a_person_and_goes_on_with_the_true_time(office, story):
    tree = begun(office, story)
    office.clock.at = at(TOO_LATE)
    tree.bodies = up_to(story, lottery.Freeze)
    size = len(tree.bodies)
    assert office.offer(tree).status == 423
    for more in range(3):  # all later checkpoints are refused as well
        tree.bodies = [*tree.bodies, b"something else %d" % more]
        assert office.offer(tree).status == 423
        assert office.offer(tree, size).status == 423
    assert office.evidence() == [EvidenceKind.LATE]

    office.clock.at = at(TOO_LATE + 3600)
    again = Folder.open(office.folder.path)  # it is kept on the disk, not in the process
    held = again.store.hold(tree.signer.name)
    again.store.acknowledge(held.id, "平台停电，已核实", TOO_LATE + 3600)
    answer = office.offer(tree)
    assert answer.status == 200
    _, verified = open_note(tree.note(len(tree.bodies)) + answer.body, [again.signers[0].verifier])
    assert [v.cosigned_at for v in verified] == [at(TOO_LATE + 3600)]
    assert office.evidence() == [EvidenceKind.LATE]
    # And what comes too late after that holds it up again.
    tree.bodies = [*tree.bodies, *up_to(story, lottery.Reveal)[size:]]
    assert office.offer(tree).status == 423


def test_a_clock_that_was_set_back_does_not_hide_that_the_value_is_known(office, story):
    """The attack on an isolated network: every clock is early, and the list is fixed late."""
    tree = begun(office, story)
    office.clock.at = at(IN_TIME)
    tree.bodies = up_to(story, lottery.Phi)  # FREEZE, REVEAL and PHI at once
    answer = office.offer(tree)
    assert (answer.status, b"already known" in answer.body) == (423, True)


def test_a_value_in_one_log_makes_a_list_in_another_late(office, story):
    """A shared session: one round decides draws in two cities."""
    tree = begun(office, story)
    other_story = told(Story(start=T_PHI - 4900))
    other = Tree(up_to(other_story, lottery.Reveal), a_signer("another.example/log", 2))
    office.clock.at = at(IN_TIME)
    office.follow(other)
    assert office.offer(other).status == 200
    other.bodies = up_to(other_story, lottery.Phi)
    # The round proves that the clock is slow: no time is stated any more.
    assert office.offer(other).status == 503
    tree.bodies = up_to(story, lottery.Freeze)
    answer = office.offer(tree)
    assert (answer.status, b"already known" in answer.body) == (423, True)


def test_a_wrong_signature_of_a_round_proves_nothing(office, story):
    tree = begun(office, story)
    phi = lottery.decode(story.log.entries[index_of(story, lottery.Phi)])
    signature = bytearray.fromhex(phi.evidence.signature)
    signature[20] ^= 1
    forged = replace(phi, evidence=replace(phi.evidence, signature=signature.hex()))
    tree.bodies = [*tree.bodies, forged.to_bytes()]
    assert office.offer(tree).status == 200
    assert office.folder.store.proven_at() == 0
    office.clock.at = at(IN_TIME)
    tree.bodies = [*tree.bodies, *story.log.entries[index_of(story, lottery.Freeze) :][:1]]
    assert office.offer(tree).status == 200


@pytest.mark.parametrize("mode", ["B", "C", "D1", "D2"])
def test_in_every_mode_a_list_does_not_come_with_its_value(office, mode):
    story = told(Story(mode=mode))
    tree = begun(office, story)
    office.clock.at = at(IN_TIME)
    tree.bodies = up_to(story, lottery.Phi)
    assert office.offer(tree).status == 423


def called_off(story: Story, seconds: int) -> bytes:
    void = lottery.Void(
        at=seconds, draw=story.id, reason="too_few", order=DIGEST, authority="市发展改革局"
    )
    return void.to_bytes()


@pytest.mark.parametrize(
    ("stated", "seen", "status"),
    [
        (T_PHI - 1, T_PHI - 1, 200),
        (T_PHI - 1, T_PHI, 423),
        (T_PHI + 7 * DAY, T_PHI + 1200, 423),
        (T_PHI + 7 * DAY, T_PHI + 7 * DAY, 200),
    ],
)
def test_a_draw_is_called_off_before_its_value_or_when_it_is_lost(
    office, story, stated, seen, status
):
    tree = begun(office, story, lottery.Phi)
    office.clock.at = at(seen)
    tree.bodies = [*tree.bodies, called_off(story, stated)]
    answer = office.offer(tree)
    assert (answer.status, b"VOID" in answer.body) == (status, status == 423)


def test_nobody_calls_a_draw_off_whose_value_he_does_not_like(office, story):
    """The clock is 25 s slow, and a person has typed in the round."""
    tree = begun(office, story, lottery.Phi)
    office.clock.at = at(T_PHI - 25)
    read_beacon(office.folder.store, str(BEACON["round"]), BEACON["signature"], office.clock())
    tree.bodies = [*tree.bodies, called_off(story, T_PHI - 27)]
    answer = office.offer(tree)
    assert (answer.status, b"VOID" in answer.body, b"known" in answer.body) == (423, True, True)


@pytest.mark.parametrize("mode", ["A", "B", "D2"])
def test_a_value_that_the_log_showed_is_not_lost(office, mode):
    story = told(Story(mode=mode))
    tree = begun(office, story, lottery.Phi)
    office.clock.at = at(T_PHI + 10)
    tree.bodies = up_to(story, lottery.Phi)
    assert office.offer(tree).status == 200
    office.clock.at = at(T_PHI + 8 * DAY)
    tree.bodies = [*tree.bodies, called_off(story, T_PHI + 7 * DAY)]
    assert office.offer(tree).status == 423


def test_public_numbers_count_in_the_log_that_shows_them(office):
    """Another log's word must not stop this one: numbers prove nothing by themselves."""
    story, liar = told(Story(mode="B")), told(Story(mode="B", start=T_PHI - 4900))
    tree = begun(office, story)
    other = Tree(up_to(liar, lottery.Freeze), a_signer("another.example/log", 2))
    office.follow(other)
    office.offer(other)
    other.bodies = up_to(liar, lottery.Phi)
    assert office.offer(other).status == 423  # REVEAL and PHI at once
    tree.bodies = up_to(story, lottery.Freeze)
    assert office.offer(tree).status == 200


def test_a_departure_that_waits_for_a_later_value_comes_before_it(office, story):
    next_value = lottery.NextValue(phi=source_of("A"), t_phi=T_PHI)
    decline = lottery.Decline(
        at=T_PHI - 700,
        draw=story.id,
        who=FIRMS[0],
        reason="no_capacity",
        evidence=DIGEST,
        next_value=next_value,
    )
    evidence = lottery.DrandEvidence(round=BEACON["round"], signature=BEACON["signature"])
    taken = lottery.Replace(
        at=T_PHI + 9, draw=story.id, out_firm=FIRMS[0], in_firm=FIRMS[1], rank=1, evidence=evidence
    )
    tree = begun(office, story)
    start = len(tree.bodies)
    office.clock.at = at(IN_TIME)
    tree.bodies = [*tree.bodies, decline.to_bytes()]
    assert office.offer(tree).status == 200
    office.clock.at = at(T_PHI + 10)
    tree.bodies = [*tree.bodies, taken.to_bytes()]
    assert office.offer(tree).status == 200
    assert office.folder.store.proven_at() == T_PHI
    # The same departure, never seen before its value came.
    late = Tree([*tree.bodies[:start], decline.to_bytes()], a_signer("late.example/log", 4))
    office.follow(late)
    assert office.offer(late, start).status == 200
    assert office.offer(late).status == 423


def test_a_round_that_a_person_types_in_proves_the_time(office, story):
    tree = begun(office, story)
    office.clock.at = at(IN_TIME)
    store = office.folder.store
    for wrong in ("ab" * 48, BEACON["signature"][:-2], ""):
        with pytest.raises(WrongBeaconError, match="96"):
            read_beacon(store, str(BEACON["round"]), wrong, office.clock())
    assert store.proven_at() == 0
    proven = read_beacon(store, str(BEACON["round"]), BEACON["signature"], office.clock())
    assert proven == store.proven_at() == T_PHI
    answer = office.offer(tree)
    assert (answer.status, b"clock" in answer.body) == (503, True)
    tree.bodies = up_to(story, lottery.Freeze)
    assert office.offer(tree).status == 423


def test_at_first_sight_the_past_of_a_log_is_noted_and_holds_nothing_up(office, story):
    tree = Tree(story.log.entries, a_signer())
    office.follow(tree)
    office.clock.at = at(TOO_LATE)
    assert office.offer(tree).status == 200
    assert office.evidence() == [EvidenceKind.HISTORY]
    (line,) = said_of(office)
    first = index_of(story, lottery.Freeze)
    assert re.fullmatch(rf"加入以前已有 \d+ 条写得过晚（序号 {first} 起），不用处理", line)


def test_however_long_its_past_is_it_is_one_short_line():
    parts = [f"FREEZE of {'ab' * 32} at index {index}: known" for index in range(5, 25)]
    what = "; ".join([*parts, "and 18 more"])
    one = said(EvidenceKind.HISTORY, what)
    assert details(one, Language.CHINESE) == ["加入以前已有 38 条写得过晚（序号 5 起），不用处理"]


def test_other_entries_than_those_that_were_signed_are_noticed(office, story):
    honest = Tree(story.log.entries, a_signer())
    served_tree = Tree([*honest.bodies[:-1], b"another"], honest.signer)
    office.follow(served_tree)
    office.clock.at = at(TOO_LATE)
    answer = send(office.url, honest.request(0, len(honest.bodies)))
    assert (answer.status, b"not those that were signed" in answer.body) == (503, True)
    served_tree.bodies = honest.bodies[:-1]  # the last bundle is shorter than it must be
    assert send(office.url, honest.request(0, len(honest.bodies))).status == 503
    assert office.folder.store.latest(honest.signer.name) is None
    served_tree.bodies = honest.bodies
    assert send(office.url, honest.request(0, len(honest.bodies))).status == 200


def test_it_follows_a_log_over_many_bundles(office):
    tree = Tree([b"entry %d" % number for number in range(700)], a_signer())
    office.follow(tree)
    for size in (1, 255, 256, 257, 300, 700):
        assert office.offer(tree, size).status == 200
    kept = office.folder.store.latest(tree.signer.name)
    assert len(kept.peaks) == 32 * (700).bit_count()


def test_where_a_partial_bundle_is_gone_the_full_one_serves(office):
    """A log that is served as files keeps only the tiles of its latest checkpoint."""
    tree = Tree([b"entry %d" % number for number in range(300)], a_signer())
    address = office.stack.enter_context(serving(tree, partial=False))
    office.folder.add_log(tree.signer.verifier.vkey, address, office.clock())
    assert office.offer(tree, 100).status == 200
    assert office.offer(tree, 256).status == 200
    assert office.offer(tree, 300).status == 503  # neither is there
    assert office.folder.store.latest(tree.signer.name).known.size == 256


def test_a_draw_aware_witness_needs_the_address_of_the_log(office):
    with pytest.raises(FolderError, match="address"):
        office.folder.add_log(a_signer().verifier.vkey, "", office.clock())


def test_with_a_real_platform(fast_here, office, story):
    """The platform's own pages serve the entries; its feeder asks; its light shows the alarm."""
    site = office.stack.enter_context(served(create_app(fast_here)))
    vkey = log.vkey(fast_here)
    office.folder.add_log(vkey, f"{site}/log", office.clock())
    policy = f"log {vkey}\nwitness w1 {office.folder.vkeys[0]} {office.url}\nquorum w1\n"
    (fast_here.config.data_dir / "policy").write_text(policy, "utf-8")

    def submit(bodies: list[bytes]) -> None:
        with unit_of_work(fast_here.sessions, ACTOR, fast_here.clock) as work:
            for body in bodies:
                work.submit(body)
        log.sequence(fast_here)

    frozen = index_of(story, lottery.Freeze)
    submit(story.log.entries[:frozen])
    assert witnessing.feed(fast_here) == 1
    office.clock.at = at(TOO_LATE)
    submit(story.log.entries[frozen : frozen + 1])
    assert witnessing.feed(fast_here) == 0
    with reading(fast_here) as work:
        (light,) = witnessing.lights(work, fast_here)
    assert light.is_alarm
    assert "警报" in str(light.fault)
