"""What the sides of an award are told of it, as it moves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Award
from market.draws.queries.freezes import last_freeze
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
RESUMED: Final = declare(
    Kind(
        code="award.resumed",
        subject=msgid("中选结果不再暂停 %(number)s"),
        body=msgid(
            "“%(title)s”的中选结果不再暂停，剩余的天数接着计算，一天不少。公示到 %(at)s。"
            "这不是新的中选公告。"
        ),
        must=True,
    )
)
RESUMED_OFFER: Final = declare(
    Kind(
        code="award.resumed-offer",
        subject=msgid("中选结果不再暂停，请确认 %(number)s"),
        body=msgid(
            "“%(title)s”的中选结果不再暂停，剩余的天数接着计算。请在 %(at)s 前确认或者放弃；"
            "逾期不答复，失去中选资格。"
        ),
        must=True,
    )
)
RESUMED_SIGNING: Final = declare(
    Kind(
        code="award.resumed-signing",
        subject=msgid("中选结果不再暂停，请签订合同 %(number)s"),
        body=msgid(
            "“%(title)s”的中选结果不再暂停，剩余的天数接着计算。请在 %(at)s 前签订合同并备案。"
        ),
        must=True,
    )
)
_GONE: Final = frozenset({AwardState.LAPSED, AwardState.DISQUALIFIED, AwardState.RELEASED})
# As the acts say why: in time there was no contract, and it is found whose fault that is.
_UNSIGNED: Final = frozenset({"not_signed", "no_fault"})
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


# Both sides knew of the award before it was held: nothing is told as if it were new.
_AGAIN_TO_FIRM: Final[Mapping[AwardState, Kind]] = MappingProxyType(
    {
        AwardState.PUBLICITY: RESUMED,
        AwardState.OFFERED: RESUMED_OFFER,
        AwardState.CONFIRMED: RESUMED_SIGNING,
    }
)
_AGAIN_TO_OWNER: Final[Mapping[AwardState, Kind]] = MappingProxyType(
    {AwardState.PUBLICITY: RESUMED, AwardState.CONFIRMED: RESUMED_SIGNING}
)


def _path(award: Award) -> str:
    """Return the page with what there is to read: of whom nobody signed with, its case."""
    if award.state in _GONE and award.reason in _UNSIGNED:
        return f"/contracts/unsigned/{award.number}"
    return f"/awards/{award.number}"


def tell_sides(work: UnitOfWork, award: Award, need: Need, *, was_held: bool = False) -> None:
    """Tell the firm and the owner where an award stands now, as far as it concerns them."""
    to_firm, to_owner = (_AGAIN_TO_FIRM, _AGAIN_TO_OWNER) if was_held else (_TO_FIRM, _TO_OWNER)
    firm = queries.firm_of(work, award.firm_id)
    ended = last_freeze(work, award.id) if was_held else None
    held = f":{ended.id}" if ended is not None else ""
    at = {
        AwardState.PUBLICITY: award.publicity_ends_at,
        AwardState.OFFERED: award.answer_by_at,
        AwardState.CONFIRMED: award.sign_by_at,
    }.get(award.state)
    for kinds, org_id in ((to_firm, firm.organisation_id), (to_owner, need.owner_org_id)):
        if kind := kinds.get(award.state):
            tell(
                work,
                kind,
                org_id=org_id,
                path=_path(award),
                # What was held is told again, also where its term ends when it did.
                once=f"{award.number}:{award.state}:{at or ''}{held}",
                number=award.number,
                title=need.title,
                firm=firm.name,
                at=at or "",
                state=award.state,
            )
