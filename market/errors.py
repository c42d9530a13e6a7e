"""What the marketplace refuses to do. ``market.web.errors`` gives each a status code.

A class per reason. The sentence is written once, in Chinese, as a gettext msgid with named
places; the web translates it for the reader, the command line and the log print it as it is.
"""

from collections.abc import Mapping
from typing import ClassVar


def msgid(text: str) -> str:
    """Mark a string for the translation catalogue; return it unchanged."""
    return text


class MarketError(Exception):
    """A request the marketplace understood and refused.

    ``sentence`` says what is wrong and what to do next; ``facts`` fill its named places.
    ``field`` names the form field at fault, where there is one.
    """

    sentence: ClassVar[str] = msgid("系统不能完成这个操作。请检查后重试。")

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        self.field = field
        super().__init__(self.sentence % facts if facts else self.sentence)


class ForbiddenError(MarketError):
    """The actor's role does not carry the permission."""

    sentence = msgid("您的账号没有办理此事的权限。请换用有权限的账号，或联系本单位管理员。")


class SignInRequiredError(MarketError):
    """Nobody is signed in."""

    sentence = msgid("请先登录，再办理此事。")


class MissingError(MarketError):
    """No such thing, or not one the actor may know of."""

    sentence = msgid("没有找到这个页面或事项。请核对网址，或从首页重新查找。")


class ConflictError(MarketError):
    """Someone else changed the same thing in the meantime."""

    sentence = msgid("在您填写期间，此事项已被他人更新。请刷新页面，核对后再提交。")


class BusyError(ConflictError):
    """The database could not do two things at once, and gave this one up: nothing was saved."""

    sentence = msgid("平台正在办理同一事项的其他操作，您这次提交没有保存。请再提交一次。")


class SeparationOfDutiesError(MarketError):
    """One person tried to take two steps that the rules keep apart."""

    sentence = msgid("此步骤须由另一人办理：%(first)s与%(second)s不能是同一人。请交由同事办理。")

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first=first, second=second)


class ConfigurationError(MarketError):
    """The installation is not set up in a way that could be trusted."""

    sentence = msgid("系统配置有误：%(problem)s")

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem)
