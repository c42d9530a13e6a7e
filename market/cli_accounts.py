"""``zjcs user``: accounts from the command line."""

import sys
from collections.abc import Callable, Sequence

import click

from market.access import OrgKind, Role
from market.accounts import actions, queries
from market.accounts.model import Organisation
from market.accounts.passwords import HashedPassword, hasher
from market.accounts.roles import check_roles
from market.accounts.rules import username_of
from market.codes import credit_code
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import MarketError, MissingError, msgid
from market.installation import Installation
from market.labels import label_of

Opener = Callable[[], Installation]

_COMMAND_LINE = Actor("cli")


class UnknownOrganisationError(MarketError):
    """No organisation has the code, and what is needed to register it was not given."""

    sentence = msgid(
        "没有统一社会信用代码为 %(code)s 的单位。请同时给出 --org-kind 和 --org-name。"
    )

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class OtherOrganisationError(MarketError):
    """The code belongs to an organisation of another kind or name."""

    sentence = msgid("统一社会信用代码 %(code)s 属于%(kind)s“%(name)s”，与所给的类别或名称不符。")

    def __init__(self, found: Organisation) -> None:
        super().__init__(code=found.code, kind=label_of(found.kind).text, name=found.name)


class UnknownUserError(MarketError):
    """Nobody has the user name."""

    sentence = msgid("没有用户名为 %(username)s 的账号。用 zjcs user list 查看全部账号。")

    def __init__(self, username: str) -> None:
        super().__init__(username=username)


@click.group()
def user() -> None:
    """账号：新增、列出、停用。"""


@user.command()
@click.option("--org-code", required=True, help="单位的统一社会信用代码。")
@click.option("--org-name", help="单位名称；单位还没有登记时必填。")
@click.option(
    "--org-kind", type=click.Choice([kind.value for kind in OrgKind]), help="单位类别；同上。"
)
@click.option("--scope", multiple=True, help="监管部门负责的事项类别代码；可重复，不给表示全部。")
@click.option("--username", required=True, help="登录用的用户名。")
@click.option("--name", required=True, help="姓名。")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色；可重复。",
)
@click.option("--password-stdin", is_flag=True, help="从标准输入读一行作为密码，不提示。")
@click.option("--keep-password", is_flag=True, help="首次登录时不要求修改密码。")
@click.pass_obj
def create(  # noqa: PLR0917 - click passes every option by name
    opener: Opener,
    org_code: str,
    org_name: str | None,
    org_kind: str | None,
    scope: tuple[str, ...],
    username: str,
    name: str,
    roles: tuple[str, ...],
    *,
    password_stdin: bool,
    keep_password: bool,
) -> None:
    """新增账号；单位还没有登记的，一并登记。

    密码由提示输入或从标准输入读取，不接受写在命令行上。
    """
    here = opener()
    code = credit_code(org_code, field="org-code")
    username = username_of(username)
    hashed = _ask_password(here, username, from_stdin=password_stdin)
    with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        employer = _organisation(work, code, org_name, org_kind, scope)
        held = check_roles(map(Role, roles), employer.kind)
        added = actions.add_user(
            work,
            employer,
            username=username,
            name=name,
            roles=held,
            password=hashed,
            temporary=not keep_password,
        )
    click.echo(f"已新增账号 {added.username}（编号 {added.id}），单位：{employer.name}")


def _ask_password(here: Installation, username: str, *, from_stdin: bool) -> HashedPassword:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("密码", hide_input=True, confirmation_prompt="再次输入密码")
    return hasher(here.config.password_memory_kib).choose(password, username)


def _organisation(
    work: UnitOfWork, code: str, name: str | None, kind: str | None, scope: tuple[str, ...]
) -> Organisation:
    try:
        found = queries.organisation_by_code(work, code)
    except MissingError:
        if not name or not kind:
            raise UnknownOrganisationError(code) from None
        return actions.register_organisation(
            work, kind=OrgKind(kind), code=code, name=name, scope=scope
        )
    if (name or found.name, kind or found.kind) != (found.name, found.kind):
        raise OtherOrganisationError(found)
    return found


@user.command("list")
@click.option("--org-code", help="只列出一个单位的账号。")
@click.pass_obj
def list_accounts(opener: Opener, org_code: str | None) -> None:
    """列出账号：编号、用户名、姓名、状态、角色、单位。"""
    here = opener()
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        if org_code:
            employers: Sequence[Organisation] = [
                queries.organisation_by_code(work, credit_code(org_code))
            ]
        else:
            employers = queries.all_organisations(work)
        for employer in employers:
            for person in queries.people_of(work, employer.id):
                account = person.user
                click.echo(
                    "\t".join(
                        (
                            str(account.id),
                            account.username,
                            account.name,
                            "使用中" if account.active else "已停用",
                            ",".join(person.roles),
                            employer.code,
                            employer.name,
                        )
                    )
                )


@user.command()
@click.argument("username")
@click.pass_obj
def deactivate(opener: Opener, username: str) -> None:
    """停用账号；此人立即退出登录，停用后不能恢复。"""
    here = opener()
    with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        found = queries.user_by_name(work, username)
        if found is None:
            raise UnknownUserError(username)
        actions.deactivate_user(work, found)
    click.echo(f"已停用账号 {found.username}（编号 {found.id}）")


commands = (user,)
