"""What accounts refuse, besides what ``rules`` refuses."""

from math import ceil

from market.errors import MarketError, msgid


class OrganisationExistsError(MarketError):
    """The credit code is registered."""

    sentence = msgid(
        "这个统一社会信用代码已经注册。请用本单位的账号登录；并非本单位人员办理的，请联系运营机构。"
    )

    def __init__(self) -> None:
        super().__init__(field="code")


class OneAccountError(MarketError):
    """An expert acts in person: whoever had a second account could score in the expert's name."""

    sentence = msgid("评审专家只能有一个账号，该专家已有账号。忘记密码的请重置，不要另开。")


class UsernameTakenError(MarketError):
    """Someone else has the user name."""

    sentence = msgid("这个用户名已被使用。请换一个用户名。")

    def __init__(self) -> None:
        super().__init__(field="username")


class OneselfError(MarketError):
    """Nobody closes their own account."""

    sentence = msgid("不能停用自己的账号。请由本单位其他管理人员办理。")


class OwnResetError(MarketError):
    """Nobody gives themselves a temporary password."""

    sentence = msgid("修改自己的密码，请使用“修改密码”页面。")


class SecondPersonError(MarketError):
    """The operator looks after everybody's accounts: no one of it does it alone."""

    sentence = msgid(
        "运营机构开通、停用账号和办理密码须由两人经手。请提交申请，由另一名运营人员复核后生效。"
    )


class HandoverWaitingError(MarketError):
    """A password is asked for once at a time."""

    sentence = msgid(
        "这个账号已有一项没有办结的申请。请等待同意和复核；写错的请先撤回，再重新申请。"
    )


class LastManagerError(MarketError):
    """Nobody would be left to manage the organisation's accounts."""

    sentence = msgid("此人是本单位最后一名账号管理人员，不能停用。请先新增另一名管理人员。")


class LastSupervisorError(MarketError):
    """The operator would be without its supervisor."""

    sentence = msgid(
        "这是该监督机构最后一个可用的账号，运营机构不能停用。需要更换人员的，请先为其新增账号。"
    )


class AlreadyDeactivatedError(MarketError):
    """The account is closed."""

    sentence = msgid("这个账号已经停用。需要恢复的，请为其新增账号。")


class WrongPasswordError(MarketError):
    """User name and password do not belong together, or the account is closed.

    One sentence for every cause: it must not tell a stranger which names exist.
    """

    sentence = msgid(
        "用户名或密码不正确。请核对后重新输入；忘记密码或账号已停用的，请联系本单位管理人员。"
    )


class WrongCurrentPasswordError(MarketError):
    """The present password is not the one typed."""

    sentence = msgid("当前密码不正确。请重新输入。")

    def __init__(self) -> None:
        super().__init__(field="current")


class SamePasswordError(MarketError):
    """The new password is the old one."""

    sentence = msgid("新密码与当前密码相同。请换一个新密码。")

    def __init__(self) -> None:
        super().__init__(field="password")


class TooManyAttemptsError(MarketError):
    """The limit of tries is reached; ``retry_after_seconds`` says when to come back."""

    sentence = msgid("尝试次数过多，为保护账号安全暂停办理。请在 %(minutes)s 分钟后再试。")

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(minutes=ceil(retry_after_seconds / 60))
        self.retry_after_seconds = retry_after_seconds


class ComplainedOftenError(TooManyAttemptsError):
    """As many complaints came from an address without an account as may in an hour."""

    sentence = msgid(
        "从您所在的网络地址一小时内已经提交了 %(most)s 件投诉，达到上限，本件没有提交。"
        "请在 %(minutes)s 分钟后再提交，或者换一个网络（例如手机流量）提交；"
        "有账号的单位登录后提交，不受此限。"
    )

    def __init__(self, retry_after_seconds: int, most: int) -> None:
        MarketError.__init__(self, minutes=ceil(retry_after_seconds / 60), most=most)
        self.retry_after_seconds = retry_after_seconds


class AskedTooOftenError(TooManyAttemptsError):
    """A page asked by itself more often than anybody types."""

    sentence = msgid(
        "检查得过于频繁，暂停自动检查。请在 %(minutes)s 分钟后再试，填写和保存不受影响。"
    )
