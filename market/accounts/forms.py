"""The forms of accounts."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, EqualTo
from wtforms.widgets import CheckboxInput, ListWidget

from market.access import Role
from market.accounts.rules import PASSWORD_LONGEST
from market.labels import label_of
from market.web.forms import MarketForm, at_most, name_text, required, text

_USERNAME_HINT = _l("3 至 32 位，以小写字母开头，可含数字、点、横线和下划线。")
_PASSWORD_HINT = _l("至少 10 个字符，不含用户名。几个不相关的词连在一起，好记又难猜。")


def password(label: str, *, hint: str = "") -> PasswordField:
    """Return a field for a password; no blank at either end is taken away."""
    return PasswordField(label, [required(), at_most(PASSWORD_LONGEST)], description=hint)


def again(label: str) -> PasswordField:
    """Return a field for the same password once more."""
    same = EqualTo("password", message=_l("两次输入的密码不一致。"))
    return PasswordField(label, [required(), same])


def at_least_one() -> DataRequired:
    """Ask for one box at least."""
    return DataRequired(message=_l("请至少选择一个角色。"))


def several(label: str, *validators: DataRequired, hint: str = "") -> SelectMultipleField:
    """Return a group of boxes to tick, of which none need be ticked unless a validator asks."""
    return SelectMultipleField(
        label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description=hint, validate_choice=False, validators=[*validators, _offered],
    )  # fmt: skip


def _offered(form: object, field: SelectMultipleField) -> None:
    del form
    if not set(field.data or []) <= {offered[0] for offered in field.choices or []}:
        raise ValidationError(gettext("请从列表中选择。"))


def typed(field: Field) -> str:
    """Return what a field holds, as text even where it holds nothing."""
    return str(field.data or "")


class SignInForm(MarketForm):
    """User name and password."""

    username = text(_l("用户名"), 64)
    password = password(_l("密码"))


class EnrolForm(MarketForm):
    """A firm registers itself, with its first person."""

    organisation_name = name_text(_l("机构名称"), 200, hint=_l("与营业执照或登记证书一致。"))
    code = text(_l("统一社会信用代码"), 40, hint=_l("18 位，见营业执照或登记证书。"))
    name = name_text(_l("受托人姓名"), 50, hint=_l("受本机构委托在中介超市办事的人员。"))
    username = text(_l("用户名"), 64, hint=_USERNAME_HINT)
    password = password(_l("密码"), hint=_PASSWORD_HINT)
    again = again(_l("再次输入密码"))


class PasswordForm(MarketForm):
    """The present password and a new one."""

    current = password(_l("当前密码"))
    password = password(_l("新密码"), hint=_PASSWORD_HINT)
    again = again(_l("再次输入新密码"))


class TemporaryPasswordForm(MarketForm):
    """A password to hand over, to be changed at the first sign-in."""

    password = text(
        _l("临时密码"), PASSWORD_LONGEST,
        hint=_l("由系统随机生成，也可自行修改。请当面或电话告知本人，提交后不再显示。"),
    )  # fmt: skip


class HandoverForm(MarketForm):
    """Why a colleague is asked to confirm a new password."""

    reason = text(
        _l("原因和核实方式"), 300,
        hint=_l("例如：本人来电遗忘密码，已回拨登记的电话核实。本人、复核人和监督机构可以看到。"),
    )  # fmt: skip


class PersonForm(TemporaryPasswordForm):
    """A new person of an organisation."""

    name = name_text(_l("姓名"), 50)
    username = text(_l("用户名"), 64, hint=_USERNAME_HINT)
    roles = several(
        _l("角色"), at_least_one(), hint=_l("可以兼任；同一事项中前后两步须由不同的人办理。")
    )

    def leave_password(self) -> None:
        """Ask for no password: two people hand it over later."""
        del self.password

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer the roles of one kind of organisation."""
        self.roles.choices = [(role.value, gettext(label_of(role).text)) for role in roles]

    def chosen_roles(self) -> list[Role]:
        """Return the roles chosen.

        Raises:
            ValueError: The request names a role that does not exist.
        """
        return [Role(value) for value in self.roles.data or []]


class OrganisationForm(PersonForm):
    """An organisation that the operator admits, with its first person."""

    organisation_name = name_text(_l("单位名称"), 200, hint=_l("与法人登记证书一致。"))
    code = text(_l("统一社会信用代码"), 40, hint=_l("18 位，见法人登记证书。"))
    scope = several(_l("监管范围"), hint=_l("不选表示负责全部服务事项。"))
