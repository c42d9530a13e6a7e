"""``zjcs expert``: the pool of experts from the command line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from market.access import OrgKind, Permission
from market.accounts.queries import actor_of, user_by_name
from market.clock import BEIJING
from market.db import Actor, reading_work, unit_of_work
from market.errors import MarketError, msgid
from market.experts import actions, importing, queries
from market.experts.importing import Report
from market.experts.rules import REASONED, ExpertMove, ExpertReason, ExpertState
from market.firms.identity import identity_key
from market.installation import Installation
from market.labels import label_of
from market.sheets.reading import MAX_BYTES

Opener = Callable[[], Installation]

_COMMAND_LINE = Actor("cli")
_REASONS = sorted({*REASONED[ExpertMove.PAUSE], *REASONED[ExpertMove.REMOVE]})


class NotAClerkError(MarketError):
    """Whoever enters an expert is a person, so that another person can confirm."""

    sentence = msgid(
        "%(username)s 不是在用的运营经办人账号。请用 --by 给出经办人的用户名；复核须由另一人办理。"
    )

    def __init__(self, username: str) -> None:
        super().__init__(username=username)


@click.group()
def expert() -> None:
    """评审专家：列出、查看、批量登记、停用。"""


@expert.command("list")
@click.option("--state", type=click.Choice([one.value for one in ExpertState]), help="只列此状态。")
@click.option("--item", "item_code", default="", help="只列可评审此事项编码的。")
@click.pass_obj
def list_experts(opener: Opener, state: str | None, item_code: str) -> None:
    """列出专家：编号、状态、聘期至、姓名、工作单位、评审事项。"""
    here = opener()
    wanted = queries.Wanted(item_code=item_code, state=ExpertState(state) if state else None)
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        total = queries.count_listed(work, wanted)
        rows = queries.listed(work, wanted, limit=total, offset=0)
        items = queries.items_of(work, rows)
        for row in rows:
            until = row.renew_by_on.isoformat() if row.renew_by_on else "-"
            cells = (row.code, label_of(row.state).text, until, row.name, row.employer_name)
            click.echo("\t".join((*cells, ",".join(items[row.id]))))
        click.echo(f"共 {total} 名，可供抽取 {queries.count_in_draws(work)} 名")


@expert.command()
@click.argument("code")
@click.pass_obj
def show(opener: Opener, code: str) -> None:
    """查看一名专家的资料和办理记录，CODE 为专家编号。"""
    here = opener()
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        row = queries.expert_at(work, code.strip().upper())
        account = queries.account_of(work, row)
        facts = {
            "编号": row.code,
            "状态": label_of(row.state).text,
            "姓名": row.name,
            "身份证号码": row.id_masked,
            "职称或职务": row.title,
            "工作单位": f"{row.employer_name}（{row.employer_code}）",
            "聘任依据": row.evidence,
            "评审事项": "、".join(queries.specialties_of(work, row)),
            "聘期至": row.renew_by_on.isoformat() if row.renew_by_on else "-",
            "账号": account.username if account else "没有开通",
        }
        for heading, words in facts.items():
            click.echo(f"{heading}：{words}")
        for deed in reversed(queries.deeds_of(work, row)):
            at = deed.at.astimezone(BEIJING)
            why = f"{label_of(deed.reason).text}；" if deed.reason else ""
            click.echo(f"{at:%Y-%m-%d %H:%M}  {label_of(deed.move).text}  {why}{deed.words}")


@expert.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="登记人：运营经办人的用户名。")
@click.option("--dry-run", is_flag=True, help="只检查，不登记。")
@click.pass_obj
def import_(opener: Opener, file: Path, username: str, *, dry_run: bool) -> None:
    """从 Excel（.xlsx）或 CSV 文件 FILE 登记专家，最多 2000 行，须由另一名经办人逐名复核。

    列名：姓名、身份证号码、职称或职务、工作单位、工作单位统一社会信用代码、聘任依据、评审事项。
    有一行不符就一名也不登记；同一文件再次导入不会有改动。身份证号码只保存不可还原的摘要。
    """
    here = opener()
    actor = _clerk(here, username)
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    key = identity_key(here.keys)
    with reading_work(here.sessions, actor, here.clock) as work:
        report = importing.judge(work, content, key)
    _print(report)
    if report.problems:
        raise click.exceptions.Exit(1)
    if not report.fresh:
        click.echo("名单中的专家都已在库，内容相同，没有改动。")
    elif dry_run:
        click.echo(f"检查通过：{len(report.fresh)} 名专家可以登记（本次没有登记）。")
    else:
        with unit_of_work(here.sessions, actor, here.clock) as work:
            entered = importing.carry_out(work, report.fresh, key)
        click.echo(f"已登记 {len(entered)} 名专家，待另一名经办人复核。")


@expert.command()
@click.argument("code")
@click.option("--by", "username", required=True, help="办理人：运营经办人的用户名。")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([one.value for one in _REASONS]),
    help="原因，记入公开日志。",
)
@click.option("--words", required=True, help="说明事实，专家本人可以看到，至少 5 个字。")
@click.option("--for-good", is_flag=True, help="移出专家库，不能恢复；不给则暂停抽取。")
@click.pass_obj
def stop(
    opener: Opener, code: str, username: str, reason: str, words: str, *, for_good: bool
) -> None:
    """暂停抽取一名专家，或者移出专家库，即时生效。恢复抽取须由另一名经办人在网页上办理。"""
    here = opener()
    deed = actions.remove if for_good else actions.pause
    with unit_of_work(here.sessions, _clerk(here, username), here.clock) as work:
        row = queries.expert_at(work, code.strip().upper())
        deed(work, row, ExpertReason(reason), words)
        said = f"{row.code}：{label_of(row.state).text}"
    click.echo(said)


def _clerk(here: Installation, username: str) -> Actor:
    """Return who the deed counts for: a clerk of the operator, at the command line."""
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        user = user_by_name(work, username)
        found = actor_of(work, user) if user is not None and user.active else None
    kind = found.org_kind if found else None
    if found is None or kind != OrgKind.OPERATOR:
        raise NotAClerkError(username)
    if Permission.EXPERT_CHECK not in found.permissions:
        raise NotAClerkError(username)
    return replace(found, name=_COMMAND_LINE.name)


def _print(report: Report) -> None:
    click.echo(f"编码：{report.encoding}；共 {report.rows} 行；文件摘要 {report.sha256}")
    for problem in report.problems:
        said = f"（{problem.value}）" if problem.value else ""
        click.echo(f"第 {problem.row} 行 {problem.column}{said}：{problem.error}", err=True)
    if report.problems:
        click.echo(f"{len(report.problems)} 处问题，没有登记任何专家。请改正后重新导入。", err=True)


commands = (expert,)
