"""Which rows about direct choices and emergencies are compared with which entries."""

from market.accounts.model import Organisation
from market.direct.model import DirectChoice, Emergency
from market.draws.model import Award
from market.firms.model import Firm
from market.needs.model import Need
from market.selfaudit.told import Told, table_of, told


def direct_checks() -> tuple[Told, ...]:
    """Return the comparisons of who was named, why, for how much, and how it was reviewed."""
    direct, need, firm = table_of(DirectChoice), table_of(Need), table_of(Firm)
    emergency, award, owner = table_of(Emergency), table_of(Award), table_of(Organisation)
    key = {"direct": direct.c.number}
    of_need = direct.join(need, need.c.id == direct.c.need_id)
    named = award.join(direct, direct.c.award_id == award.c.id)
    named = named.join(need, need.c.id == direct.c.need_id)
    named = named.join(firm, firm.c.id == award.c.firm_id)
    return (
        told(
            "direct.moved.v1",
            direct,
            key,
            {"state": direct.c.state, "ground": direct.c.ground, "need": need.c.number},
            rows=of_need,
        ),
        told(
            "direct.named.v2",
            direct,
            key,
            {
                "price_fen": direct.c.price_fen,
                "firm": firm.c.code,
                "owner": owner.c.code,
                "ground": direct.c.ground,
                "funds": direct.c.funds,
            },
            rows=named.join(owner, owner.c.id == direct.c.owner_org_id),
        ),
        told(
            "award.chosen.v1",
            award,
            {"award": award.c.number},
            {
                "state": award.c.state,
                "direct": award.c.direct_number,
                "need": need.c.number,
                "firm": firm.c.code,
            },
            rows=named,
        ),
        told(
            "emergency.moved.v1",
            emergency,
            key,
            {"state": emergency.c.state, "ground": emergency.c.ground, "late": emergency.c.is_late},
            rows=emergency.join(direct, direct.c.id == emergency.c.direct_id),
        ),
    )
