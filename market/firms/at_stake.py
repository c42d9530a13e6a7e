"""What a firm would lose in open draws by what it gives up. Features above register what they know.

A firm is free to stop a service or to let a person go, knowing which enrolments that costs.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms.model import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """An enrolment in a draw whose list is not fixed yet; ``fails`` if it would be struck now."""

    number: str
    title: str
    close_at: datetime
    fails: bool


Provider = Callable[[UnitOfWork, Firm, str], Sequence[Stake]]
"""Says where a firm is enrolled: for one item, or everywhere if none is named."""
_PROVIDERS: Final[dict[tuple[str, str], Provider]] = {}


class EnrolmentsAtStakeError(MarketError):
    """Enrolments would be struck, and the firm has not said that it knows."""

    sentence = msgid(
        "办理后，已报名的公告 %(numbers)s 将不再符合条件，冻结名单时会被剔除。"
        "请看清下面列出的报名，勾选知晓后再办理；要保留报名的，请等名单冻结后再办理。"
    )

    def __init__(self, stakes: Sequence[Stake]) -> None:
        self.stakes = tuple(stakes)
        super().__init__(numbers="、".join(stake.number for stake in stakes))


def provide(function: Provider) -> None:
    """Ask a feature, from now on, where a firm is enrolled."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def of(work: UnitOfWork, firm: Firm, item_code: str = "") -> list[Stake]:
    """Return where a firm is enrolled in draws whose lists are not fixed, perhaps of one item."""
    return [stake for function in _PROVIDERS.values() for stake in function(work, firm, item_code)]


def with_service(work: UnitOfWork, firm: Firm, item_code: str) -> list[Stake]:
    """Return the enrolments that a firm would lose with a service."""
    return [one for one in of(work, firm, item_code) if not one.fails]


@contextmanager
def knowing(
    work: UnitOfWork, firm: Firm, numbers: Collection[str], item_code: str = ""
) -> Iterator[None]:
    """Refuse what is done inside where it costs enrolments other than those the firm named.

    ``item_code`` is the only item that it concerns, if it concerns but one.

    Raises:
        EnrolmentsAtStakeError: It does.
    """
    sound = {stake.number for stake in of(work, firm, item_code) if not stake.fails}
    yield
    if not sound:
        return
    work.session.flush()
    now = of(work, firm, item_code)
    lost = [stake for stake in now if stake.fails and stake.number in sound]
    if any(stake.number not in numbers for stake in lost):
        raise EnrolmentsAtStakeError(lost)
