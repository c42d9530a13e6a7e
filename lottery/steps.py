"""The entries that follow from others: what a platform logs at freeze and at result.

A platform that uses these functions cannot log a FREEZE or RESULT that its own verifier would
refuse for its arithmetic.
"""

from collections.abc import Container, Mapping

from lottery.draw import fresh_order, full_order, order_file
from lottery.encoding import sha256
from lottery.entries import Departure, Freeze, Notice, PhiEvidence, Result
from lottery.errors import EmptyPoolError
from lottery.listing import FrozenList
from lottery.phi import evaluate
from lottery.seed import commit, enrolment_name, fresh_seed, reveals_digest, seed, vrf_alpha


def freeze(
    notice: Notice,
    listed: FrozenList,
    *,
    at: int,
    withdrawn: int = 0,
    ineligible: int = 0,
    commits: Mapping[str, str] | None = None,
) -> Freeze:
    """Return the FREEZE entry of a list.

    Args:
        notice: The notice of the draw.
        listed: The candidates.
        at: Now, in Unix seconds.
        withdrawn: How many enrolments have a WITHDRAW entry.
        ineligible: How many enrolments have an INELIGIBLE entry.
        commits: The logged commitments in hexadecimal, by contributor.

    Returns:
        The entry; every other enrolment must be in the list.

    Raises:
        EmptyPoolError: There are fewer candidates than places: void the draw instead.

    Source: docs/spec/lottery-v1.md, section 3.
    """
    n = len(listed.candidates)
    if n < notice.k:
        raise EmptyPoolError(n, notice.k)
    logged = commits or {}
    return Freeze(
        at=at,
        draw=notice.draw_id.hex(),
        list_root=listed.root.hex(),
        list_digest=listed.digest.hex(),
        n=n,
        weight_total=listed.weight_total,
        enrolled=n + withdrawn + ineligible,
        withdrawn=withdrawn,
        ineligible=ineligible,
        commits=tuple(logged.get(each.who) for each in notice.contributors),
        phi=notice.phi,
    )


def contributions(
    notice: Notice,
    frozen: Freeze,
    revealed: Mapping[str, bytes],
    firm_commits: Mapping[int, str] | None = None,
) -> bytes:
    """Return RD, the digest of what the committers revealed in time.

    Args:
        notice: The notice of the draw.
        frozen: Its FREEZE entry.
        revealed: By committer the 32 bytes of each REVEAL that was logged by ``reveal_by``;
            one that does not open its commitment counts as absent.
        firm_commits: By ``seq`` of the enrolment each commitment that was logged in its name,
            in hexadecimal.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    draw = notice.draw_id
    named = [each.who for each in notice.contributors]
    committed = list(zip(named, frozen.commits, strict=True))
    committed += [(enrolment_name(seq), each) for seq, each in sorted((firm_commits or {}).items())]
    values: list[bytes | None] = []
    for who, commitment in committed:
        value = revealed.get(who)
        opens = value is not None and commit(draw, who, value).hex() == commitment
        values.append(value if opens else None)
    return reveals_digest(values)


def alpha(frozen: Freeze, reveals: bytes) -> bytes:
    """Return what the trustees of modes C, D1 and D2 prove with their VRF keys.

    Args:
        frozen: The FREEZE entry.
        reveals: RD, from ``contributions``.

    Returns:
        The input for ``lottery.beacon.vrf.prove``.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return vrf_alpha(frozen.leaf_hash, reveals)


def last_value(notice: Notice, frozen: Freeze, reveals: bytes, evidence: PhiEvidence) -> bytes:
    """Check the evidence of the last value before it is logged, and return the value.

    Args:
        notice: The notice of the draw.
        frozen: Its FREEZE entry.
        reveals: RD, from ``contributions``.
        evidence: What arrived.

    Returns:
        Φ, 32 bytes.

    Raises:
        PhiError: The evidence is of another source than the notice fixed.
        BeaconError: The source would not have produced this evidence.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return evaluate(notice.phi, evidence, alpha(frozen, reveals))


def conclude(
    notice: Notice, frozen: Freeze, listed: FrozenList, reveals: bytes, phi: bytes, *, at: int
) -> Result:
    """Return the RESULT entry of a draw.

    Args:
        notice: The notice of the draw.
        frozen: Its FREEZE entry.
        listed: The candidates that FREEZE commits to.
        reveals: RD, from ``contributions``.
        phi: Φ, from ``last_value``.
        at: Now, in Unix seconds.

    Returns:
        The entry, with the first ``k`` + ``a`` firms of the order.

    Raises:
        ValueError: The list is not the frozen one.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    if listed.root.hex() != frozen.list_root:
        raise ValueError("this is not the list that was frozen")
    number = seed(notice.draw_id, frozen.leaf_hash, reveals, phi)
    order = full_order(listed.weights, number)
    return Result(
        at=at,
        draw=notice.draw_id.hex(),
        seed=number.hex(),
        order=tuple(order[: notice.k + notice.a]),
        order_digest=sha256(order_file(order)).hex(),
    )


def fresh_alpha(left: Departure, number: bytes) -> bytes:
    """Return what the trustees prove to fill the place of a winner that left.

    Args:
        left: The DECLINE or DISQUALIFY entry.
        number: The 32-byte seed of the draw.

    Returns:
        The input for ``lottery.beacon.vrf.prove``.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return vrf_alpha(left.leaf_hash, number)


def fresh_alternates(
    left: Departure,
    listed: FrozenList,
    number: bytes,
    evidence: PhiEvidence,
    barred: Container[str],
) -> list[str]:
    """Return who may take the place of a winner that left, in the fresh order.

    Args:
        left: The DECLINE or DISQUALIFY entry; it has ``next``.
        listed: The candidates that FREEZE commits to.
        number: The 32-byte seed of the draw.
        evidence: What arrived of the value that ``next`` fixed.
        barred: The codes of firms that were selected before this entry.

    Returns:
        Credit codes; the first that has not moved up meanwhile takes the place, and its rank is
        its place here, from 1. Places are filled in the order in which they fell vacant.

    Raises:
        ValueError: The entry fixes no next value.
        PhiError: The evidence is of another source than ``next`` fixed.
        BeaconError: The source would not have produced this evidence.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    if left.next_value is None:
        raise ValueError("this entry fixes no next value")
    value = evaluate(left.next_value.phi, evidence, fresh_alpha(left, number))
    return fresh_order(listed.weights, barred, fresh_seed(number, left.leaf_hash, value))
