"""What a monitor says of draws: verified anew, overdue, repeated, called off, or made too late."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import lottery
from tests.lottery.minilog import MiniLog
from tests.lottery.story import DIGEST, T_PHI, Story, a_policy, told, with_entry
from tests.market.monitoring.standin import PUBLISHED, Platform, Watch, an_announced

DAY = 24 * 3600


def at(clock, seconds: int) -> None:
    clock.move_to(datetime.fromtimestamp(seconds, UTC))


def findings(done) -> dict[str, tuple[str, int | None]]:
    return {k.finding.code: (k.finding.draw, k.finding.index) for k in done.open}


def served(platform: Platform, story: Story) -> Story:
    platform.publish(story.log)
    platform.publish_bundle(story.bundle())
    return story


@pytest.mark.parametrize("mode", ["A", "D1", "D2"])
def test_a_finished_draw_is_verified_anew(platform, watch, clock, mode):
    served(platform, told(an_announced(Story(mode))))
    at(clock, T_PHI + 7000)
    done = watch.once()

    assert (done.open, done.draws, done.finished, done.verified) == ((), 1, 1, 1)
    asked = len(platform.asked)
    assert watch.once().verified == 1
    assert not any("bundle" in path for path in platform.asked[asked:])


def test_numbers_that_the_operator_typed_are_compared(platform, watch, clock):
    served(platform, told(an_announced(Story("B"))))
    at(clock, T_PHI + 7000)
    done = watch.once()
    assert (done.open, done.untyped) == ((), 1)
    (watch.path / "numbers.txt").write_text(
        "# 快乐8\n2026310: " + " ".join(f"{n:02d}" for n in range(1, 60, 3)) + "\n", "utf-8"
    )
    done = watch.once()
    assert (done.open, done.untyped, done.verified) == ((), 0, 1)
    (watch.path / "numbers.txt").write_text(
        "cwl-kl8/2026310: " + ",".join(str(n) for n in range(2, 61, 3)), "utf-8"
    )
    assert watch.codes() == {"V8"}


TAMPERED = [
    ("V6", "enrol3", with_entry(enrol_commit="cd" * 32)),
    ("V9", "result", with_entry(seed="cd" * 32)),
    ("V10", "result", lambda result: replace(result, order=result.order[::-1])),
    ("V13", "enrol0", with_entry(at=T_PHI - 1)),
]


@pytest.mark.parametrize("tampered", TAMPERED, ids=[name for name, *_ in TAMPERED])
def test_a_failed_check_is_reported_by_its_name(platform, watch, clock, tampered):
    name, step, how = tampered
    story = served(platform, told(an_announced(Story("D2", tamper={step: how}))))
    at(clock, T_PHI + 7000)
    done = watch.once()

    assert findings(done)[name] == (story.id, None)
    lines = [kept.finding.line for kept in done.open]
    assert any(line.startswith(f"{name}  draw={story.id}  ") and " / " in line for line in lines)


def test_the_copy_of_the_log_shows_what_a_bundle_leaves_out(platform, watch, clock):
    """As ``examine`` says when it is given the whole log, at each of the draw's entries."""
    story = told(an_announced(Story("D2")))
    whole = story.bundle()
    platform.publish(story.log)
    at(clock, T_PHI + 7000)
    for left_out in range(1, len(whole.entries)):
        kept = [e for n, e in enumerate(whole.entries) if n != left_out]
        bundle = replace(whole, entries=tuple(kept))
        checks = lottery.verify(bundle, a_policy(), log=story.log.entries)
        expected = {c.name for c in checks if c.outcome is lottery.Outcome.FAILED}
        platform.publish_bundle(bundle)
        assert watch.codes() == expected, left_out
        assert "V2" in expected
    platform.publish_bundle(whole)
    assert watch.codes() == set()


RIVALS = {
    "a second notice": lambda first: replace(first, at=first.at + 1).to_bytes(),
    "the same notice again": lambda first: first.to_bytes(),
    "attempt 2 of a draw that was not called off": lambda first: replace(
        first, attempt=2, prev=first.draw_id.hex()
    ).to_bytes(),
    "an entry that nobody can read": lambda first: (
        b'{"draw":"%s","t":"ismdraw/void/v1" }' % first.draw_id.hex().encode()
    ),
    "words that look like one": lambda first: (
        b'{"t":"zjcs/x.v1","why":"\\"ismdraw/void/v1 %s"}' % first.draw_id.hex().encode()
    ),
    "an entry of the draw": lambda first: lottery.Void(
        at=1, draw=first.draw_id.hex(), reason="too_few", order=DIGEST, authority="局"
    ).to_bytes(),
}


@pytest.mark.parametrize("is_early", [False, True])
@pytest.mark.parametrize("rival", RIVALS.values(), ids=RIVALS.keys())
def test_what_the_verifiers_count_against_a_draw_the_monitor_counts_too(
    platform, watch, clock, rival, is_early
):
    """With the whole log every verifier refuses such a draw: the monitor must not verify it."""
    model = Story("D2")
    model.publish()
    story = an_announced(Story("D2"))
    if is_early:
        story.log.append(rival(model.notice))
    told(story)
    if not is_early:
        story.log.append(rival(model.notice))
    assert story.notice == model.notice
    checks = lottery.verify(story.bundle(), a_policy(), log=story.log.entries)
    assert {c.name for c in checks if c.outcome is lottery.Outcome.FAILED} == {"V2"}
    served(platform, story)
    at(clock, T_PHI + 7000)
    assert findings(watch.once())["V2"] == (story.id, None)


def test_a_draw_that_was_called_off_may_be_followed(platform, watch, clock):
    """The notices of its need that come after it are no part of it: V2 says so, too."""
    story = an_announced(Story("D2"))
    story.publish()
    story.call_off(T_PHI - 4000)
    story.cut()
    later = replace(story.notice, attempt=2, prev=story.id, at=T_PHI - 3999)
    story.log.append(later.to_bytes())
    served(platform, story)
    at(clock, T_PHI - 3900)
    done = watch.once()
    assert (done.open, done.finished, done.verified) == ((), 1, 1)


def test_a_bundle_that_is_missing_or_of_another_draw_is_reported(platform, watch, clock):
    story = told(an_announced(Story("D2")))
    platform.publish(story.log)
    at(clock, T_PHI + 7000)
    assert watch.codes() == {"NO_BUNDLE"}
    other = told(an_announced(Story("D2", k=1)))
    platform.publish_bundle(other.bundle())
    assert "V2" in watch.codes()
    platform.publish_bundle(b"PK\x03\x04 no bundle")
    assert watch.codes() >= {"NO_BUNDLE"}
    served(platform, story)
    assert "NO_BUNDLE" not in watch.codes()


def test_a_bundle_under_a_forked_checkpoint_is_a_fork(platform, watch, clock):
    story = told(an_announced(Story("D2")))
    other = told(an_announced(Story("D2", log=MiniLog([b"another past", b"and another"]))))
    platform.publish(story.log)
    platform.publish_bundle(other.bundle())
    at(clock, T_PHI + 7000)

    assert "FORK" in watch.codes()
    assert any(name.startswith("fork-") for name in watch.evidence())


def test_a_bundle_may_be_ahead_of_the_checkpoint(platform, watch, clock):
    """The log grows between two questions: the monitor follows first."""
    story = told(an_announced(Story("D2")))
    size = len(story.log.entries)
    at(clock, T_PHI + 7000)

    def late(handler) -> None:
        del platform.traps["draws/GG-2026-000123/bundle.zip"]
        for number in range(5):
            story.log.append(b"later %d" % number)
        served(platform, story)
        handler.do_GET()

    platform.publish(story.log)
    platform.traps["draws/GG-2026-000123/bundle.zip"] = late
    done = watch.once()

    assert (done.size, done.open, done.verified) == (size + 5, (), 1)


OVERDUE = [
    (T_PHI - 1600, set()),
    (T_PHI - 1430, {"OVERDUE_CLOSE", "OVERDUE_FREEZE"}),
    (T_PHI + 670, {"OVERDUE_CLOSE", "OVERDUE_FREEZE", "OVERDUE_PHI", "OVERDUE_RESULT"}),
]


def test_every_overdue_step_is_named(platform, watch, clock):
    story = an_announced(Story("D2"))
    story.publish()
    platform.publish(story.log)
    for seconds, expected in OVERDUE:
        at(clock, seconds)
        done = watch.once()
        assert set(findings(done)) == expected
        assert all(where == (story.id, story.first_index) for where in findings(done).values())
    story.call_off(T_PHI + 8 * DAY)
    platform.publish(story.log)
    platform.publish_bundle(story.bundle())
    at(clock, T_PHI + 8 * DAY)
    assert not {code for code in watch.codes() if code.startswith("OVERDUE")}


def test_a_step_that_the_monitor_knows_to_be_late_is_reported_whatever_it_says(
    watch, platform, clock
):
    """No witness is needed: the monitor saw the log without it when Φ was known."""
    story = an_announced(Story("D2"))
    story.publish()
    story.enrol()
    story.commit()
    story.close()
    platform.publish(story.log)
    at(clock, T_PHI + 30)
    assert watch.once().size == len(story.log.entries)
    story.freeze()
    frozen = story.mine[-1]
    story.reveal()
    story.cut()
    story.arrive()
    story.conclude()
    served(platform, story)
    at(clock, T_PHI + 60)
    done = watch.once()

    assert findings(done)["LATE_FREEZE_SEEN"] == (story.id, frozen)
    assert findings(done)["LATE_REVEAL_SEEN"] == (story.id, story.cut_size - 2)


def test_a_draw_called_off_after_its_value_was_known_is_reported(platform, watch, clock):
    story = an_announced(Story("D2"))
    story.publish()
    story.call_off(T_PHI + 5)
    story.cut()
    served(platform, story)
    at(clock, T_PHI + 100)
    found = findings(watch.once())

    assert found["LATE_VOID"] == (story.id, story.mine[-1])
    assert "V12" in found


def test_a_value_is_lost_after_seven_days_of_the_monitors_own_clock(platform, watch, clock):
    """A VOID that is dated ahead neither ends the timetable nor is in time."""
    story = an_announced(Story("D2"))
    story.publish()
    platform.publish(story.log)
    at(clock, T_PHI + 700)
    assert watch.codes() >= {"OVERDUE_PHI", "OVERDUE_RESULT"}
    story.call_off(T_PHI + 7 * DAY)
    platform.publish(story.log)
    platform.publish_bundle(story.bundle())
    for seconds in (T_PHI + 1200, T_PHI + 8 * DAY):
        at(clock, seconds)
        found = findings(watch.once())
        assert {"OVERDUE_PHI", "OVERDUE_RESULT"} <= set(found)
        assert found["LATE_VOID_SEEN"] == (story.id, story.mine[-1])


def test_a_value_that_the_log_shows_is_not_lost(platform, watch, clock):
    story = told(an_announced(Story("D2")))
    story.call_off(T_PHI + 7 * DAY)
    served(platform, story)
    at(clock, T_PHI + 7 * DAY)
    assert findings(watch.once())["REFUTED_VOID"] == (story.id, story.mine[-1])


def frozen(story: Story) -> Story:
    """Let a story happen until its list is fixed."""
    story.publish()
    story.enrol()
    story.commit()
    story.close()
    story.freeze()
    return story


def test_a_frozen_list_is_kept_before_its_value_comes(platform, watch, clock):
    """Whoever has it, the log and the last value can draw, if the platform stops."""
    story = frozen(an_announced(Story("D2")))
    platform.publish(story.log)
    platform.publish_frozen("listed", story.bundle())
    at(clock, T_PHI - 1600)
    assert watch.codes() == set()
    kept = watch.path / "frozen" / story.id
    listed = lottery.read((kept / "listed.ismdraw.zip").read_bytes())
    assert listed.list_file == story.listed.file
    story.reveal()
    story.cut()
    platform.publish(story.log)
    platform.publish_frozen("frozen", story.bundle())
    at(clock, T_PHI - 800)
    assert watch.codes() == set()
    assert lottery.read((kept / "frozen.ismdraw.zip").read_bytes()).cut == story.bundle().cut
    asked = len(platform.asked)
    assert watch.codes() == set()
    assert not any(path.startswith("/draws/") for path in platform.asked[asked:])


def test_a_frozen_list_that_is_withheld_or_another_is_reported(platform, watch, clock):
    story = frozen(an_announced(Story("D2")))
    other = frozen(an_announced(Story("D2", leaving=(4, 5, 6))))
    platform.publish(story.log)
    at(clock, T_PHI - 1200)
    assert watch.codes() == set()
    at(clock, T_PHI - 1199)
    found = findings(watch.once())
    assert found == {"NO_LIST": (story.id, story.first_index)}
    for wrong in (other.bundle(), b"no zip"):
        platform.publish_frozen("listed", wrong)
        platform.publish_frozen("frozen", wrong)
        assert watch.codes() == {"NO_LIST"}
    assert not (watch.path / "frozen").exists()
    platform.publish_frozen("frozen", story.bundle())  # it has no cut yet
    assert watch.codes() == {"NO_LIST"}
    platform.publish_frozen("listed", story.bundle())
    assert watch.codes() == set()


def test_one_document_under_two_needs_is_reported(platform, watch):
    """Two draws of one thing: the purchaser could use the one that he likes."""
    story = an_announced(Story("D2"))
    story.publish()
    other = replace(story.notice, need="2026-000999")
    index = story.log.append(other.to_bytes())
    different = replace(story.notice, need="2026-000777", document="cd" * 32)
    story.log.append(different.to_bytes())
    platform.publish(story.log)
    assert findings(watch.once()) == {"SAME_DOCUMENT": (other.draw_id.hex(), index)}


def test_another_attempt_is_not_dated_before_the_one_before_ended(platform, watch, clock):
    story = an_announced(Story("D2"))
    story.publish()
    story.call_off(T_PHI - 4000)
    early = replace(story.notice, attempt=2, prev=story.id, at=T_PHI - 4001)
    index = story.log.append(early.to_bytes())
    story.cut()
    served(platform, story)
    at(clock, T_PHI - 3900)
    assert findings(watch.once())["NO_VOID_BEFORE"] == (early.draw_id.hex(), index)


def again(story: Story, step: str) -> int:
    """Log another entry of a type that there is already."""
    index = next(
        at for at in story.mine if type(lottery.decode(story.log.entries[at])).kind == step
    )
    entry = replace(lottery.decode(story.log.entries[index]), at=T_PHI + 20)
    return story.log.append(entry.to_bytes())


@pytest.mark.parametrize("step", ["close", "freeze", "phi", "result"])
def test_a_second_step_is_reported(platform, watch, clock, step):
    story = told(an_announced(Story("D2")))
    index = again(story, step)
    served(platform, story)
    at(clock, T_PHI + 7000)
    found = findings(watch.once())

    assert found[f"SECOND_{step.upper()}"] == (story.id, index)
    assert "V2" in found


def test_a_second_notice_of_an_attempt_is_reported(platform, watch, clock):
    story = told(an_announced(Story("D2")))
    notice = replace(story.notice, at=story.notice.at + 1)
    index = story.log.append(notice.to_bytes())
    later = replace(story.notice, attempt=2, prev=story.id)
    unfounded = story.log.append(later.to_bytes())
    served(platform, story)
    found = findings(watch.once())

    assert found["SECOND_NOTICE"] == (notice.draw_id.hex(), index)
    assert found["NO_VOID_BEFORE"] == (later.draw_id.hex(), unfounded)


def test_entries_that_belong_to_nothing_or_mean_nothing_are_reported(platform, watch, clock):
    story = an_announced(Story("D2"))
    story.publish()
    lost = lottery.Void(at=1, draw="cd" * 32, reason="too_few", order=DIGEST, authority="局")
    unknown = story.log.append(lost.to_bytes())
    unreadable = story.log.append(b'{"t":"ismdraw/result/v2","draw":"%s"}' % story.id.encode())
    for harmless in (b'{"t":"zjcs/x.v1","why":"\\"ismdraw/result/v1\\""}', b"[]", b'{"t":1}'):
        story.log.append(harmless)
    served_log = story.log
    platform.publish(served_log)
    found = findings(watch.once())

    assert found == {"UNKNOWN_DRAW": ("cd" * 32, unknown), "UNREADABLE": (story.id, unreadable)}
    story.log.append(b'{"t":"zjcs/x.v1","t":"ismdraw/x/v1"}')
    platform.publish(story.log)
    assert len(watch.once().open) == 3


def test_a_platform_that_no_longer_audits_itself_is_asked_why(platform, watch, clock):
    log = MiniLog([PUBLISHED])
    log.append(lottery.Audit(at=T_PHI - 6000, size=1, rows=7, digest=DIGEST).to_bytes())
    platform.publish(log)
    assert watch.codes() == set()
    at(clock, T_PHI - 6000 + 2 * DAY + 1)
    assert watch.codes() == {"OVERDUE_AUDIT"}


def test_the_findings_of_one_platform_name_themselves_once(watch: Watch, platform, clock):
    story = an_announced(Story("D2"))
    story.publish()
    platform.publish(story.log)
    at(clock, T_PHI - 1430)
    watch.once()
    at(clock, T_PHI - 1400)
    done = watch.once()
    assert done.changes.found == []
    assert {(k.first_seen, k.last_seen) for k in done.open} == {(T_PHI - 1430, T_PHI - 1400)}
    story.enrol()
    story.commit()
    story.close()
    story.freeze()
    platform.publish(story.log)
    done = watch.once()
    assert {k.finding.code for k in done.changes.gone} == {"OVERDUE_CLOSE", "OVERDUE_FREEZE"}
    lines = (watch.path / "findings.ndjson").read_text("utf-8").splitlines()
    assert len(lines) == 4
