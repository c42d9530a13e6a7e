"""Explaining a finding, and letting a need past the checks."""

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy.orm.attributes import flag_modified

from market import rulebook
from market.db import UnitOfWork
from market.needs.checks.errors import (
    BlockedError,
    FindingsError,
    NoFindingError,
    NotBeingWrittenError,
    ShortJustificationError,
    UnexplainedError,
)
from market.needs.checks.examining import Examination, examine
from market.needs.checks.journal import FindingJustified, NeedExamined
from market.needs.checks.model import NeedExamination, NeedJustification
from market.needs.checks.queries import justifications_of, justified
from market.needs.checks.rules import Finding, Severity, blocking, unexplained
from market.needs.checks.sums import BEING_WRITTEN
from market.needs.checks.vocabulary import LAW, SUBJECT
from market.needs.model import Need

LONGEST: Final = 1000


class Stage(StrEnum):
    """At which step a need is examined."""

    SUBMIT = "submit"
    PUBLISH = "publish"


def justify(work: UnitOfWork, need: Need, key: str, text: str) -> None:
    """Write down in public why a finding stays; an earlier text for it is replaced.

    Raises:
        NotBeingWrittenError: The need has been sent on.
        NoFindingError: Nothing that could be explained is found under the key now.
        ShortJustificationError: The text is too short to explain anything.
    """
    if need.state not in BEING_WRITTEN:
        raise NotBeingWrittenError
    examination = examine(work, need)
    finding = _explicable(examination.findings, key)
    least = examination.rules.integer("justification.shortest")
    if len(text.strip()) < least:
        raise ShortJustificationError(least)
    row = justified(work, need).get(key)
    if row is None:
        row = NeedJustification(need_id=need.id, key=key)
        work.session.add(row)
    row.ground, row.finding = finding.ground.value, str(finding)[:LONGEST]
    row.text, row.by_id, row.at = text.strip()[:LONGEST], work.user_id, work.now
    need.posted_by_id = work.user_id
    # Explanations are rows of their own: the need's version must count them too.
    flag_modified(need, "posted_by_id")
    work.session.flush()


def _explicable(found: Iterable[Finding], key: str) -> Finding:
    for finding in found:
        if finding.key == key and finding.severity is Severity.JUSTIFY:
            return finding
    raise NoFindingError


def pass_checks(work: UnitOfWork, need: Need, stage: Stage) -> Examination:
    """Let a need past the checks, or say what is in its way; what was found is kept.

    Explanations of what is no longer found are dropped: they would mislead.

    Raises:
        BlockedError: Something must be taken out.
        UnexplainedError: Something must be explained in public.
        NoRegulationError: No rules of the checks are in force.
    """
    rulebook.apply(work, SUBJECT)
    rulebook.apply(work, LAW)
    examination = examine(work, need)
    publishing = stage is Stage.PUBLISH
    if refusal := refusal_of(examination, justified(work, need)):
        raise refusal
    _drop_stale(work, need, {finding.key for finding in examination.findings})
    work.session.add(_kept(work, need, stage, examination))
    work.session.flush()
    if publishing:
        _record(work, need, examination)
    return examination


def refusal_of(examination: Examination, explained: Iterable[str]) -> FindingsError | None:
    """Return what keeps an examined need back, None if nothing does."""
    if blocked := blocking(examination.findings):
        return BlockedError(blocked)
    if still_open := unexplained(examination.findings, explained):
        return UnexplainedError(still_open)
    return None


def _drop_stale(work: UnitOfWork, need: Need, current: set[str]) -> None:
    for row in justifications_of(work, need):
        if row.key not in current:
            work.session.delete(row)


def _kept(work: UnitOfWork, need: Need, stage: Stage, examination: Examination) -> NeedExamination:
    supply = examination.supply
    found = {finding.key: finding.ground.value for finding in examination.findings}
    return NeedExamination(
        need_id=need.id,
        attempt=need.attempt,
        stage=stage.value,
        found=json.dumps(found),
        offering=supply.offering,
        able=supply.able,
        needed=supply.needed,
        rules_id=examination.rules.id,
        by_id=work.actor.user_id,
        at=work.now,
    )


def _record(work: UnitOfWork, need: Need, examination: Examination) -> None:
    rows = justifications_of(work, need)
    work.record(
        NeedExamined(
            need=need.number,
            attempt=need.attempt,
            explained=len(rows),
            offering=examination.supply.offering,
            able=examination.supply.able,
            rules=examination.rules.id,
            rules_digest=examination.rules.digest,
        )
    )
    for row in rows:
        work.record(
            FindingJustified(
                need=need.number,
                attempt=need.attempt,
                ground=row.ground,
                finding=row.key,
                text_digest=hashlib.sha256(row.text.encode()).hexdigest(),
            )
        )
