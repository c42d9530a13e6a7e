"""The forms by which people are named in a contract and replaced."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from market.firms.forms_entry import many
from market.firms.model import FirmStaff
from market.web.forms import MarketForm, choice, radios, text


def _choices(people: Iterable[FirmStaff]) -> list[SelectChoice]:
    return [
        SelectChoice(str(one.id), f"{one.name} {one.certificate} {one.certificate_number}")
        for one in people
    ]


class NameForm(MarketForm):
    """Who does the work."""

    people = many(_l("服务人员"), needed=True, hint=_l("只列出在册、经核对并符合事项要求的人员。"))

    def offer(self, people: Iterable[FirmStaff]) -> None:
        """Offer the firm's verified people."""
        self.people.choices = _choices(people)

    def ids(self) -> list[int]:
        """Return who was chosen."""
        return [int(one) for one in self.people.data or [] if one.isascii() and one.isdigit()]


class ReplaceForm(MarketForm):
    """Who goes, who comes, and why."""

    leaving = choice(_l("更换的人员"), [])
    coming = choice(_l("接替的人员"), [])
    reason = text(_l("更换的理由"), 500, hint=_l("至少 5 个字，业主可以看到。"))

    def offer(self, leaving: Iterable[FirmStaff], coming: Iterable[FirmStaff]) -> None:
        """Offer those who are named, and those who could come."""
        none = SelectChoice("", gettext("请选择"))
        self.leaving.choices = [none, *_choices(leaving)]
        self.coming.choices = [none, *_choices(coming)]


class ReplacementAnswerForm(MarketForm):
    """Whether the owner agrees."""

    agree = radios(_l("答复"), [("yes", _l("同意更换")), ("no", _l("不同意"))])
    reason = text(_l("理由"), 500, hint=_l("不同意的须写明，至少 5 个字。"), optional=True)
