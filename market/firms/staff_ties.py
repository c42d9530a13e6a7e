"""What keeps a person in a firm. Features above register what they know of it."""

from collections.abc import Callable, Sequence
from typing import Final

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms.model import FirmStaff

Provider = Callable[[UnitOfWork, FirmStaff], Sequence[str]]
_PROVIDERS: Final[dict[tuple[str, str], Provider]] = {}


class StaffHeldError(MarketError):
    """The person is named in a contract that runs."""

    sentence = msgid(
        "%(name)s 是履行中合同 %(contracts)s 的服务人员，合同办结前不能登记离职或者转到其他机构。"
        "确需更换的，请先在合同页面申请更换，由业主同意。"
    )

    def __init__(self, name: str, contracts: Sequence[str]) -> None:
        super().__init__(name=name, contracts="、".join(contracts))


def provide(function: Provider) -> None:
    """Ask a feature, from now on, which contracts hold a person."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def is_held(work: UnitOfWork, member: FirmStaff) -> bool:
    """Whether a running contract holds a person."""
    return any(ask(work, member) for ask in _PROVIDERS.values())


def require_free(work: UnitOfWork, member: FirmStaff) -> None:
    """Refuse to let a person go whom a running contract holds.

    Raises:
        StaffHeldError: One does.
    """
    held = [number for ask in _PROVIDERS.values() for number in ask(work, member)]
    if held:
        raise StaffHeldError(member.name, held)
