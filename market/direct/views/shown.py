"""What pages show of a direct choice: its course, its history, how much of the limits is used."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.accounts.model import Organisation, User
from market.db import UnitOfWork
from market.direct import afterwards, queries
from market.direct.counting import earlier_of, everywhere, later_of, together, used
from market.direct.emergency_rules import TO_FILE
from market.direct.labels import MOVES
from market.direct.limits import limits_of, rules_on
from market.direct.model import DirectChoice, DirectEvent, Emergency
from market.direct.queries import Row
from market.direct.rules import CapOf, DirectGround, Sum, cap_of, most_of
from market.draws.rules import AwardState
from market.errors import msgid
from market.files import StoredFile
from market.firms.model import FirmFee
from market.needs.bundling.queries import facts_of_parts
from market.needs.checks.splitting import months_before
from market.regulations import Regulation
from market.tariffs.comparing import Hindrance

NEXT = {
    AwardState.PUBLICITY: msgid("公示中，公示期满后由机构确认"),
    AwardState.OFFERED: msgid("等待机构确认是否承接"),
    AwardState.CONFIRMED: msgid("机构已确认，等待签订合同"),
    AwardState.SIGNED: msgid("已签订合同，按合同履行"),
    AwardState.DECLINED: msgid("机构未接受，直接选取终止"),
    AwardState.LAPSED: msgid("机构逾期未确认或者未签约，直接选取终止"),
}
"""What comes next, by the award's state; states that others add say it themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the history, in words."""

    event: DirectEvent
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """How much of a cap is used, and by which choices."""

    of: CapOf
    used: Sum
    most: Sum
    numbers: Sequence[str]


def facts_of(work: UnitOfWork, row: Row) -> dict[str, object]:
    """Return what every page of a choice shows."""
    rules = rules_on(work.today)
    added = afterwards.added_to(work, row.award)
    return {
        "row": row,
        "added": added,
        "added_fen": (added_fen := afterwards.effective_fen(added)),
        "with_added_fen": row.choice.price_fen + added_fen,
        "choice": row.choice,
        "need": row.need,
        "owner": row.owner,
        "firm": row.firm,
        "award": row.award,
        "emergency": row.emergency,
        "evidence": _evidence(work, row.emergency),
        "bundle": facts_of_parts(work, row.need),
        "history": [
            Step(event=event, label=MOVES.get(event.move, event.move))
            for event in queries.events_of(work, row.choice)
        ],
        "next_step": NEXT.get(row.award.state) if row.award else None,
        "rules": rules,
        "months": limits_of(rules).months,
        "caps": caps_of(work, row.choice, rules),
        "earlier": earlier_of(
            work,
            row.need,
            row.firm.id,
            row.choice.named_at or work.now,
            limits_of(rules).months,
        ),
        "later": later_of(work, row.need, row.firm.id, row.choice, limits_of(rules).months),
        "examiners": _examiners(work, row.emergency),
        "everywhere": everywhere(work, row.firm.id, limits_of(rules).months),
        "fee": work.session.get(FirmFee, row.choice.fee_id) if row.choice.fee_id else None,
        "hindrance": Hindrance(row.choice.hindrance) if row.choice.hindrance else None,
    }


def _examiners(work: UnitOfWork, emergency: Emergency | None) -> dict[str, str]:
    """Return which authorities examined an emergency and decided on it; never a person."""
    if emergency is None:
        return {}
    by = {"examined": emergency.examined_by_id, "decided": emergency.decided_by_id}
    return {deed: _authority(work, user_id) for deed, user_id in by.items() if user_id is not None}


def _authority(work: UnitOfWork, user_id: int) -> str:
    user = work.session.get_one(User, user_id)
    return work.session.get_one(Organisation, user.organisation_id).name


def _evidence(work: UnitOfWork, emergency: Emergency | None) -> StoredFile | None:
    if emergency is None or emergency.file_id is None:
        return None
    return work.session.get(StoredFile, emergency.file_id)


def caps_of(work: UnitOfWork, choice: DirectChoice, rules: Regulation) -> list[Cap]:
    """Return how much of each cap that counts the choice is used."""
    return caps_for(work, choice.owner_org_id, choice.firm_id, choice.ground, rules)


def caps_for(
    work: UnitOfWork,
    owner_org_id: int,
    firm_id: int | None,
    ground: DirectGround,
    rules: Regulation,
) -> list[Cap]:
    """Return how much of the caps an owner has used; that of a firm only if one is named."""
    limits = limits_of(rules)
    since = months_before(work.now, limits.months)
    firm_ids = () if firm_id is None else together(work, firm_id)
    wanted = [cap_of(ground)] if firm_id is None else [CapOf.PAIR, cap_of(ground)]
    found = []
    for of in wanted:
        taken, numbers = used(work, of, owner_org_id, firm_ids, since)
        found.append(Cap(of=of, used=taken, most=most_of(of, limits), numbers=numbers))
    return found


def is_open_case(emergency: Emergency | None) -> bool:
    """Whether an emergency still has to be filed."""
    return emergency is not None and emergency.state in TO_FILE
