"""Every bound in seconds or places lies precisely where the specification puts it."""

import json
from dataclasses import replace

import pytest

from lottery.commands.verify import judge
from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import POLICIES, Voice
from tests.lottery.vector_case import change, refilled, tiny, whole

T_PHI = Drawing().t_phi
WEEK = 604_800
# When the fresh draws of these tests lose a firm: 100 s after the result.
LEFT_AT = T_PHI + 110


def words_of(drawing, policy="one"):
    return json.loads(judge(drawing.data(), POLICIES[policy], ""))["checks"]


def step_at(step, at):
    return whole(tamper={step: change(at=at)})


def with_notice(**changes):
    return whole(tamper={"notice": change(**changes)})


def revealed_at(at):
    return whole(voices=(Voice("notary"),), tamper={"reveal-notary": change(at=at)}, cut_delay=700)


def lost_after(seconds):
    drawing = tiny(mode="B").until_cut()
    drawing.call_off(drawing.t_phi + seconds)
    drawing.now = drawing.void_at
    return drawing


def lost_and_seen(seconds):
    """Return a draw whose loss the last witness saw so long after the VOID's own time."""
    drawing = lost_after(WEEK)
    drawing.now = drawing.void_at + seconds - 900
    return drawing


def next_attempt_at(seconds):
    """Return a second attempt whose notice claims a time so long after the first's VOID."""
    first = called_off(firms=2)
    drawing = second(first, firms=2)
    drawing.tamper["notice"] = change(at=first.void_at + seconds)
    return drawing.whole()


def replaced(**tamper):
    return refilled(tamper=tamper)


def next_at(t_phi):
    return replaced(
        decline=lambda entry: replace(entry, next_value=replace(entry.next_value, t_phi=t_phi)),
        replace=change(at=t_phi + 60),
    )


def later_cut_at(seconds):
    drawing = refilled()
    index = drawing.mine[-2]
    drawing.later = {index: (index + 1, {"w1": LEFT_AT + seconds})}
    return drawing


def frozen_at(seconds):
    return whole(witnesses=(), tamper={"freeze": change(at=T_PHI - seconds)})


def void_at(seconds):
    return called_off(seconds, firms=2, witnesses=())


@pytest.mark.parametrize(
    ("make", "inside", "outside", "check", "words"),
    [
        (lambda at: step_at("enrol0", at), T_PHI - 5030, T_PHI - 5031, "V13", ("ok", "failed")),
        (lambda at: step_at("enrol1", at), T_PHI - 1800, T_PHI - 1799, "V13", ("ok", "failed")),
        (lambda at: step_at("close", at), T_PHI - 1800, T_PHI - 1801, "V13", ("ok", "failed")),
        (lambda at: step_at("close", at), T_PHI - 1500, T_PHI - 1499, "V13", ("ok", "flagged")),
        (lambda at: step_at("freeze", at), T_PHI - 1800, T_PHI - 1801, "V13", ("ok", "failed")),
        (lambda at: step_at("freeze", at), T_PHI - 1500, T_PHI - 1499, "V13", ("ok", "flagged")),
        (lambda at: step_at("phi", at), T_PHI, T_PHI - 1, "V13", ("ok", "failed")),
        (lambda at: step_at("phi", at), T_PHI + 600, T_PHI + 601, "V13", ("ok", "flagged")),
        (lambda at: step_at("result", at), T_PHI, T_PHI - 1, "V13", ("ok", "failed")),
        (lambda at: step_at("result", at), T_PHI + 600, T_PHI + 601, "V13", ("ok", "flagged")),
        (
            lambda at: with_notice(freeze_by=at, reveal_by=at),
            T_PHI - 600,
            T_PHI - 599,
            "V4",
            ("flagged", "failed"),
        ),
        (lambda at: with_notice(reveal_by=at), T_PHI - 60, T_PHI - 59, "V4", ("flagged", "failed")),
        (
            lambda at: with_notice(reveal_by=at),
            T_PHI - 1500,
            T_PHI - 1501,
            "V4",
            ("flagged", "failed"),
        ),
        (
            lambda at: with_notice(enrol_close=at, enrol_open=T_PHI - 4000),
            T_PHI - 3999,
            T_PHI - 4000,
            "V4",
            ("flagged", "failed"),
        ),
        (lambda delay: whole(cut_delay=delay), 740, 741, "V5", ("flagged", "failed")),
        (lambda delay: whole(cut_delay=delay), -960, -961, "V5", ("flagged", "failed")),
        (lost_after, WEEK, WEEK - 1, "V12", ("flagged", "failed")),
        (lost_and_seen, -60, -61, "V12", ("flagged", "failed")),
        (next_attempt_at, 0, -1, "V3", ("ok", "failed")),
        (lambda delay: called_off(firms=2, cut_delay=delay), 740, 741, "V12", ("ok", "failed")),
        (lambda delay: called_off(firms=2, cut_delay=delay), -1160, -1161, "V12", ("ok", "failed")),
        (next_at, LEFT_AT + 600, LEFT_AT + 599, "V11", ("ok", "failed")),
        (
            lambda at: replaced(replace=change(at=at)),
            LEFT_AT + 600,
            LEFT_AT + 599,
            "V11",
            ("ok", "failed"),
        ),
        (later_cut_at, 540, 541, "V11", ("ok", "failed")),
        (later_cut_at, -60, -61, "V11", ("ok", "failed")),
    ],
)
def test_a_bound_holds_to_the_second(make, inside, outside, check, words):
    assert (words_of(make(inside))[check], words_of(make(outside))[check]) == words


@pytest.mark.parametrize(
    ("make", "inside", "outside", "check"),
    [(frozen_at, 60, 59, "V5"), (void_at, 60, 59, "V12")],
)
def test_without_witnesses_the_entry_itself_tells_the_time(make, inside, outside, check):
    held, broken = (words_of(make(seconds), "none")[check] for seconds in (inside, outside))

    assert (held, broken) == ("flagged", "failed")


def test_a_reveal_in_the_last_second_counts():
    in_time, late = revealed_at(T_PHI - 900), revealed_at(T_PHI - 899)
    seeds = [
        json.loads(judge(drawing.data(), POLICIES["one"], ""))["seed"]
        for drawing in (in_time, late)
    ]

    assert seeds[0] == in_time.result.seed
    assert seeds[1] != late.result.seed, "that result counted it"
