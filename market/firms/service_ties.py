"""What keeps a firm offering a service. Features above register what they know of it."""

from collections.abc import Callable, Sequence
from typing import Final

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms.model import Firm

Provider = Callable[[UnitOfWork, Firm], Sequence[tuple[str, str]]]
"""Says which services of a firm are held: each by its item, with the number of what holds it."""
_PROVIDERS: Final[dict[tuple[str, str], Provider]] = {}


class ServiceHeldError(MarketError):
    """The service is held by a live session in which the firm is enrolled."""

    sentence = msgid(
        "贵机构已报名网上竞价 %(numbers)s，名单冻结以前不能停止提供该服务。"
        "报名截止以前可以先撤回报名；已经截止的，请等待名单冻结后再办理。"
    )

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(numbers="、".join(numbers))


class ServiceNeedsPersonError(MarketError):
    """Without the person the firm could not offer a service that a live session holds."""

    sentence = msgid(
        "%(name)s 离职后人员不足，贵机构将失去网上竞价 %(numbers)s 的资格，名单冻结以前不能登记。"
        "报名截止以前可以先撤回报名，或者先补足人员；已经截止的，请等待名单冻结后再办理。"
    )

    def __init__(self, name: str, numbers: Sequence[str]) -> None:
        super().__init__(name=name, numbers="、".join(numbers))


def provide(function: Provider) -> None:
    """Ask a feature, from now on, which services it holds."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def held(work: UnitOfWork, firm: Firm) -> dict[str, list[str]]:
    """Return what holds each held service of a firm, by the service's item."""
    found: dict[str, list[str]] = {}
    for ask in _PROVIDERS.values():
        for item_code, number in ask(work, firm):
            found.setdefault(item_code, []).append(number)
    return found


def require_free(work: UnitOfWork, firm: Firm, item_code: str) -> None:
    """Refuse to stop a service that is held.

    Raises:
        ServiceHeldError: It is.
    """
    if numbers := held(work, firm).get(item_code):
        raise ServiceHeldError(numbers)
