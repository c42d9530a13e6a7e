"""What holds an award, also one that is signed; what becomes of both when it is over.

Objections hold one, and so do complaints: ``market.objections.holders`` asks all who may.
"""

from dataclasses import replace
from typing import Final

from market.contracts.actions.dropping import drop_filing, extend_filing
from market.contracts.actions.held import pause, resume
from market.contracts.ending.following import end_annulled, renew
from market.contracts.queries import is_over
from market.contracts.signing.record import close_gone
from market.db import Actor, UnitOfWork
from market.draws.actions import branches
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import AwardState
from market.objections import holders, queries
from market.objections.actions.record import move
from market.objections.model import AwardObjection
from market.objections.rules import ObjectionMove, Outcome

GROUND_PREFIX: Final = "objection_"
# Who stops an award, or frees it, is not named in the log: the account stands beside a firm there.
_NOBODY: Final = Actor("side")


def hold(work: UnitOfWork, award: Award, one: AwardObjection) -> None:
    """Let an award stand still for an objection, wherever it stands: signing outruns nothing."""
    if hold_for(work, award, one.number):
        one.freezes = True


def hold_for(work: UnitOfWork, award: Award, number: str) -> bool:
    """Let an award stand still for what has a public number; return whether it does.

    Where the contract has been performed, or the award has ended, there is nothing to hold.
    """
    if award.state in GONE_AWARDS or is_over(work, award.id):
        return False
    if award.state is not AwardState.FROZEN:
        unnamed = replace(work, actor=_NOBODY)
        branches.freeze(unnamed, award, number)
        pause(unnamed, award)
    return True


def go_on(work: UnitOfWork, award: Award) -> None:
    """Let an award go on once nothing holds it any more; not one day of its term is lost."""
    work.session.flush()
    is_held = bool(queries.holding(work, award.id)) or holders.hold(work, award.id)
    if award.state is AwardState.FROZEN and not is_held:
        unnamed = replace(work, actor=_NOBODY)
        branches.thaw(unnamed, award)
        extend_filing(unnamed, award)
        resume(unnamed, award)
        renew(unnamed, award)


def annul(work: UnitOfWork, award: Award, one: AwardObjection, words: str) -> None:
    """Take the place from the firm because of an objection; see ``annul_for``."""
    ground = f"{GROUND_PREFIX}{one.ground}"
    is_whole = one.outcome is Outcome.ANNUL_RESULT
    annul_for(work, award, one.number, ground, words, is_whole=is_whole)


def annul_for(
    work: UnitOfWork, award: Award, number: str, ground: str, words: str, *, is_whole: bool = False
) -> None:
    """Take the place from the firm; a contract that was signed ends for it.

    The next of the same order is called, or the need fails; nobody draws again.
    """
    drop_filing(work, award)
    end_annulled(work, award, number, words)
    close_gone(work, award)
    evidence = f"{number} {words}"
    if is_whole:
        branches.annul_result(work, award, ground, evidence, f"{number}：{words}"[:500])
    else:
        branches.annul(work, award, ground, evidence)
    for other in queries.open_of(work, award.id):
        move(work, queries.locked(work, other.id), ObjectionMove.OVERTAKE, number)
