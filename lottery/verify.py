"""A bundle and a policy in, a list of named checks V1 to V14 out; no files, no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lottery.bundle import Bundle, read
from lottery.checks.case import Case
from lottery.checks.findings import BlockedError, Check, Findings, blocked
from lottery.checks.inclusion import v2_inclusion
from lottery.checks.log import CUT_MARGIN_SECONDS, v1_checkpoints, v5_cut, v14_closed
from lottery.checks.notice import v3_one_notice, v4_source, v13_deadlines
from lottery.checks.outcome import is_demonstration, v8_phi, v9_seed, v10_result, v12_void
from lottery.checks.places import standing, v11_replacements
from lottery.checks.pool import v6_list, v7_contributions
from lottery.entries import Reveal
from lottery.errors import NotReadyError, TooEarlyError
from lottery.policy import Policy
from lottery.seed import reveals_digest, vrf_alpha

_CheckFunction: TypeAlias = Callable[[Case, Findings], None]

_CHECKS: Final[dict[str, _CheckFunction]] = {
    "V1": v1_checkpoints,
    "V2": v2_inclusion,
    "V3": v3_one_notice,
    "V4": v4_source,
    "V5": v5_cut,
    "V6": v6_list,
    "V7": v7_contributions,
    "V8": v8_phi,
    "V9": v9_seed,
    "V10": v10_result,
    "V11": v11_replacements,
    "V12": v12_void,
    "V13": v13_deadlines,
    "V14": v14_closed,
}

# These ask about the log and the container, not about the draw that the notice describes.
_WITHOUT_NOTICE: Final = frozenset({"V1", "V2", "V3", "V14"})
_BEFORE_PROVING: Final = ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V14")
# The cut, of which V5 and V7 speak, is only made when all have revealed.
_BEFORE_REVEALING: Final = ("V1", "V2", "V3", "V4", "V6", "V14")


@dataclass(frozen=True, slots=True)
class Report:
    """What a verifier found.

    Attributes:
        draw: The draw's id, in hexadecimal.
        seed: The recomputed seed in hexadecimal; None while something that it needs is missing.
        checks: V1 to V14, in this order.
        selected: The firms that are selected now, after replacements; empty unless every
            check holds and there is a result.
        is_demonstration: Whether the draw was made in mode D1, which protects nobody.
    """

    draw: str
    seed: str | None
    checks: tuple[Check, ...]
    selected: tuple[str, ...]
    is_demonstration: bool

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)


def examine(
    bundle: bytes | Bundle,
    policy: Policy,
    numbers: Sequence[int] | None = None,
    *,
    receipts: Sequence[bytes] = (),
    log: Sequence[bytes] | None = None,
) -> Report:
    """Check a draw and say who is selected.

    Args:
        bundle: A bundle file, or one that has been read.
        policy: Whom the verifier trusts; never from the platform.
        numbers: For mode B the numbers that the reader saw drawn.
        receipts: Proofs of entries of this draw that someone kept, such as a firm's receipt.
        log: Every entry of the log, from the first; it shows that nothing was left out.

    Returns:
        All checks, with the outcome.

    Raises:
        BundleError: The file is no bundle.

    Source: docs/spec/lottery-v1.md, section 7.
    """
    parts = read(bundle) if isinstance(bundle, bytes) else bundle
    case = Case(
        parts,
        policy,
        numbers=None if numbers is None else tuple(numbers),
        receipts=tuple(receipts),
        log=None if log is None else tuple(log),
    )
    checks = tuple(_run(name, function, case) for name, function in _CHECKS.items())
    selected: tuple[str, ...] = ()
    if all(check.ok for check in checks) and not case.is_called_off:
        selected = tuple(standing(case, Findings()))
    return Report(parts.draw, _seed(case), checks, selected, is_demonstration(case))


def verify(
    bundle: bytes | Bundle,
    policy: Policy,
    numbers: Sequence[int] | None = None,
    *,
    receipts: Sequence[bytes] = (),
    log: Sequence[bytes] | None = None,
) -> list[Check]:
    """Check a draw.

    Args:
        bundle: A bundle file, or one that has been read.
        policy: Whom the verifier trusts; never from the platform.
        numbers: For mode B the numbers that the reader saw drawn.
        receipts: Proofs of entries of this draw that someone kept, such as a firm's receipt.
        log: Every entry of the log, from the first; it shows that nothing was left out.

    Returns:
        The checks V1 to V14, in this order. The draw is to be believed if all are ``ok``.

    Raises:
        BundleError: The file is no bundle.

    Source: docs/spec/lottery-v1.md, section 7.
    """
    return list(examine(bundle, policy, numbers, receipts=receipts, log=log).checks)


def alpha_to_prove(bundle: bytes | Bundle, policy: Policy, *, now: int) -> bytes:
    """Return what a trustee of mode C, D1 or D2 may prove, once its draw is fixed.

    A trustee that proves any input it is asked for lets the platform try several lists, or
    reveals one after the other, and keep the one it likes. This asks for a list that is frozen,
    logged and witnessed, at a time when no reveal can come under the cut any more.

    Args:
        bundle: The bundle of a draw whose last value has not been logged yet.
        policy: Whom the trustee trusts.
        now: The time by the trustee's own clock, in Unix seconds.

    Returns:
        The input for ``lottery.beacon.vrf.prove``.

    Raises:
        BundleError: The file is no bundle.
        NotReadyError: One of V1 to V7 or V14 does not hold, or the draw was called off.
        TooEarlyError: It is more than 60 s before the last value is due.

    Source: docs/spec/lottery-v1.md, section 8.
    """
    case = _frozen_case(bundle, policy, _BEFORE_PROVING)
    from_at = case.notice.entry.t_phi - CUT_MARGIN_SECONDS
    if now < from_at:
        raise TooEarlyError(now, from_at)
    return vrf_alpha(case.freeze.leaf, reveals_digest(case.counted_reveals))


def check_before_revealing(bundle: bytes | Bundle, policy: Policy, reveal: Reveal) -> None:
    """Check that a contributor may reveal its value: the list is fixed, and holds its commitment.

    Who reveals before the freeze lets the platform choose the list to suit the value. The cut
    comes after the reveals, so it is not asked for.

    Args:
        bundle: The bundle of a draw that is frozen.
        policy: Whom the contributor trusts.
        reveal: What the contributor is going to reveal.

    Raises:
        BundleError: The file is no bundle.
        NotReadyError: One of V1 to V4, V6 or V14 does not hold, the draw was called off, or it
            is another draw, or the value opens no commitment that it holds.

    Source: docs/spec/lottery-v1.md, section 8.
    """
    case = _frozen_case(bundle, policy, _BEFORE_REVEALING)
    if case.bundle.draw != reveal.draw or not case.opens(reveal):
        raise NotReadyError("V7")


def _frozen_case(bundle: bytes | Bundle, policy: Policy, names: Sequence[str]) -> Case:
    """Return a draw of which these checks hold, and which was not called off."""
    parts = read(bundle) if isinstance(bundle, bytes) else bundle
    case = Case(parts, policy)
    for name in names:
        if not _run(name, _CHECKS[name], case).ok:
            raise NotReadyError(name)
    if case.is_called_off:
        raise NotReadyError("V12")
    return case


def _seed(case: Case) -> str | None:
    try:
        return case.seed.hex()
    except BlockedError:
        return None


def _run(name: str, function: _CheckFunction, case: Case) -> Check:
    """Run one check; what cannot be checked does not hold."""
    found = Findings()
    try:
        if name not in _WITHOUT_NOTICE:
            case.notice  # noqa: B018 - it blocks this check if there is none
        function(case, found)
    except BlockedError as error:
        if not found.faults:
            return blocked(name, error.name)
    return found.as_check(name)
