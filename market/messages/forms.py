"""Forms of messages."""

from flask_babel import lazy_gettext as _l

from market.access import OrgKind
from market.labels import label_of
from market.web.forms import MarketForm, choice, day, radios, text
from market.web.language import words

EVERYBODY = "all"


class SettingsForm(MarketForm):
    """Where somebody is reached, and in which language. The table of channels stands beside it."""

    email = text(_l("电子邮箱"), 120, optional=True, hint=_l("留空则不发邮件。"))
    phone = text(_l("手机号"), 20, optional=True, hint=_l("留空则不发短信。"))
    language = radios(_l("消息的语言"), [("zh", _l("中文")), ("en", "English")], default="zh")


class BannerForm(MarketForm):
    """A notice on the pages."""

    words_zh = text(_l("公告内容（中文）"), 200, hint=_l("复核后全文写入公开日志。"), public=True)
    words_en = text(_l("公告内容（英文）"), 400, hint=_l("英文页面显示这一句。"), public=True)
    audience = choice(_l("给谁看"), [])
    starts_on = day(_l("开始日期"))
    ends_on = day(_l("结束日期"), hint=_l("当天 24:00 后自动撤下。"))

    def offer(self) -> None:
        """Offer everybody, and each kind of organisation."""
        self.audience.choices = [
            (EVERYBODY, _l("所有人（含未登录的市民）")),
            *((kind.value, words(label_of(kind))) for kind in OrgKind),
        ]
