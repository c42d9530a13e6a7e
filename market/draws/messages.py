"""What the sides of an award are told of it, as it moves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import msgid
from market.messages.actions import tell
from market.messages.kinds import Kind, declare
from market.needs.model import Need

PUBLISHED: Final = declare(
    Kind(
        code="award.published",
        subject=msgid("中选公告 %(number)s"),
        body=msgid("“%(title)s”的中选结果已公告，贵单位是中选机构。公示到 %(at)s。"),
        must=True,
    )
)
PUBLISHED_TO_OWNER: Final = declare(
    Kind(
        code="award.published-to-owner",
        subject=msgid("中选公告 %(number)s"),
        body=msgid("“%(title)s”的中选结果已公告：%(firm)s。公示到 %(at)s。"),
    )
)
OFFERED: Final = declare(
    Kind(
        code="award.offered",
        subject=msgid("请确认中选 %(number)s"),
        body=msgid("“%(title)s”公示期满。请在 %(at)s 前确认或者放弃；逾期不答复，失去中选资格。"),
        must=True,
    )
)
CONFIRMED: Final = declare(
    Kind(
        code="award.confirmed",
        subject=msgid("中选机构已确认 %(number)s"),
        body=msgid("%(firm)s已确认承接“%(title)s”。请在 %(at)s 前签订合同并备案。"),
    )
)
GONE: Final = declare(
    Kind(
        code="award.gone",
        subject=msgid("中选资格失效 %(number)s"),
        body=msgid(
            "贵单位在“%(title)s”中的中选资格已失效（%(state)s）。原因和救济办法见中选页面。"
        ),
        must=True,
    )
)
_GONE: Final = frozenset({AwardState.LAPSED, AwardState.DISQUALIFIED, AwardState.RELEASED})
_TO_FIRM: Final[Mapping[AwardState, Kind]] = MappingProxyType(
    {
        AwardState.PUBLICITY: PUBLISHED,
        AwardState.OFFERED: OFFERED,
        **dict.fromkeys(_GONE, GONE),
    }
)
_TO_OWNER: Final[Mapping[AwardState, Kind]] = MappingProxyType(
    {AwardState.PUBLICITY: PUBLISHED_TO_OWNER, AwardState.CONFIRMED: CONFIRMED}
)


def tell_sides(work: UnitOfWork, award: Award, need: Need) -> None:
    """Tell the firm and the owner where an award stands now, as far as it concerns them."""
    firm = queries.firm_of(work, award.firm_id)
    at = {
        AwardState.PUBLICITY: award.publicity_ends_at,
        AwardState.OFFERED: award.answer_by_at,
        AwardState.CONFIRMED: award.sign_by_at,
    }.get(award.state)
    for kinds, org_id in ((_TO_FIRM, firm.organisation_id), (_TO_OWNER, need.owner_org_id)):
        if kind := kinds.get(award.state):
            tell(
                work,
                kind,
                org_id=org_id,
                path=f"/awards/{award.number}",
                # What an objection held is offered again, with a later term.
                once=f"{award.number}:{award.state}:{at or ''}",
                number=award.number,
                title=need.title,
                firm=firm.name,
                at=at or "",
                state=award.state,
            )
