"""``zjcs witness``: a witness of logs, on a machine of its own. It needs no marketplace."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from audit.encoding import to_base64
from audit.tree import HASH_BYTES
from audit.witness.folder import Folder
from audit.witness.records import Evidence
from audit.witness.rules import MAX_REQUEST_BYTES
from audit.witness.signing import CommandSigner
from market import witnessing
from market.clock import system_clock
from market.db import Actor, reading_work
from market.installation import Installation
from market.witnessing import LightState
from market.witnessing_draws import Reader, read_beacon
from market.witnessing_evidence import DONE, HELD, KINDS, PROVEN, WAITS, Language, details, moment

_STATES = {LightState.OK: "正常", LightState.LATE: "落后", LightState.DOWN: "中断"}
FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@click.group("witness")
def witness() -> None:
    """见证人：为日志的检查点联署，保存证据。

    在见证单位自己的机器上运行，不需要平台的配置和数据库。说明见 docs/witness.md。
    """


@witness.command("init")
@FOLDER
@click.option("--name", required=True, help="见证人的名称，以后不能改，例如 notary.example.cn/w1。")
@click.option("--ml-dsa", is_flag=True, help="另做一把抗量子的 ML-DSA-44 密钥。")
@click.option(
    "--draw-aware", is_flag=True, help="认摇号：读取新条目，拒绝见证晚于开奖的名单。以后不能改。"
)
def init(folder: Path, name: str, *, ml_dsa: bool, draw_aware: bool) -> None:
    """在 DIR 建立见证人并生成密钥，显示应当公布的公钥。"""
    made = Folder.create(folder, name, ml_dsa=ml_dsa, draw_aware=draw_aware)
    click.echo("请通过公报公布以下公钥，并交给平台写入策略文件：")
    for vkey in made.vkeys:
        click.echo(vkey)


@witness.command("log-add")
@FOLDER
@click.argument("vkey", metavar="VKEY")
@click.option("--url", default="", help="日志的地址（其下有 tile/），认摇号的见证人必须填写。")
def log_add(folder: Path, vkey: str, url: str) -> None:
    """承认一份日志的公钥。公钥请取自公报，不要取自平台网站。"""
    key = Folder.open(folder).add_log(vkey, url, system_clock())
    click.echo(f"已加入日志 {key.origin}")


@witness.command("log-list")
@FOLDER
def log_list(folder: Path) -> None:
    """列出承认的日志，以及各自最后见证到哪里。"""
    store = Folder.open(folder).store
    forked = {one.origin for one in store.all_evidence() if one.is_proof}
    for key in store.logs():
        latest = store.latest(key.origin)
        seen = f"{latest.known.size} 条，{moment(latest.cosigned_at)}" if latest else "尚未见证"
        held = "；已停止见证" if store.hold(key.origin) else ""
        proven = "；可证明日志分叉或有假" if key.origin in forked else ""
        click.echo(f"{key.vkey}  {key.url or '-'}  {seen}{held}{proven}")


@witness.command("show")
@FOLDER
@click.pass_context
def show(ctx: click.Context, folder: Path) -> None:
    """显示见证人的名称、公钥和状态；有证据待处理时退出码 1。"""
    opened = Folder.open(folder)
    store = opened.store
    click.echo(f"名称：{opened.name}")
    click.echo(f"认摇号：{'是' if opened.is_draw_aware else '否'}")
    for vkey in opened.vkeys:
        click.echo(f"公钥：{vkey}")
    last, proven = store.last_time(), store.proven_at()
    click.echo(f"最后一次见证：{moment(last) if last else '无'}")
    click.echo(f"公开随机数证明已过：{moment(proven) if proven else '无'}")
    found = store.all_evidence()
    proofs = sum(one.is_proof for one in found)
    click.echo(f"证据：{len(found)} 份，其中 {sum(one.waits for one in found)} 份待处理")
    if proofs:
        click.echo(f"可证明日志分叉或有假：{proofs} 份")
    _end(ctx, found, Language.CHINESE)


def _end(ctx: click.Context, found: Sequence[Evidence], language: Language) -> None:
    """Say what is to be done about what waits for a person, and exit with 1."""
    waiting = [one for one in found if one.waits]
    if any(one.is_proof for one in waiting):
        click.echo(PROVEN.in_(language))
    if any(one.holds for one in waiting):
        click.echo(HELD.in_(language))
    if waiting:
        ctx.exit(1)


@witness.command("evidence")
@FOLDER
@click.option(
    "--export",
    "target",
    metavar="OUT",
    type=click.Path(path_type=Path, file_okay=False),
    help="把每份证据的两份签名检查点写入 OUT。",
)
@click.option(
    "--lang",
    default=Language.CHINESE.value,
    show_default=True,
    type=click.Choice([language.value for language in Language]),
    help="以中文或英文显示。",
)
@click.pass_context
def evidence(ctx: click.Context, folder: Path, target: Path | None, lang: str) -> None:
    """列出保存的证据；有证据待处理时退出码 1。"""
    language = Language(lang)
    found = Folder.open(folder).store.all_evidence()
    for one in found:
        click.echo(_headline(one, language))
        for line in details(one, language):
            click.echo(f"    {line}")
        if target is not None:
            _export(target, one)
    _end(ctx, found, language)


def _headline(one: Evidence, language: Language) -> str:
    state = WAITS.in_(language) if one.waits else ""
    if one.acknowledged_at is not None:
        state = f"{moment(one.acknowledged_at)} {DONE.in_(language)}：{one.reason}"
    kind = KINDS[one.kind].in_(language)
    return f"{one.id}  {moment(one.found_at)}  {one.origin}  {kind}  {state}".rstrip()


def _export(target: Path, one: Evidence) -> None:
    """Write what was signed and, where hashes show the fork, those: base64, a line for each."""
    target.mkdir(parents=True, exist_ok=True)
    hashes = range(0, len(one.consistency), HASH_BYTES)
    lines = [to_base64(one.consistency[at : at + HASH_BYTES]) + "\n" for at in hashes]
    files = {
        "kept.checkpoint": one.kept,
        "offered.checkpoint": one.offered,
        "offered.consistency": "".join(lines).encode(),
    }
    for name, data in files.items():
        if data:
            (target / f"{one.id:04d}-{one.kind}-{name}").write_bytes(data)


@witness.command("acknowledge")
@FOLDER
@click.argument("evidence_id", metavar="ID", type=int)
@click.option("--reason", required=True, help="查明的原因或办理的经过，永久保存。")
def acknowledge(folder: Path, evidence_id: int, reason: str) -> None:
    """记下证据已处理；停止见证的，恢复对这份日志的见证。见证时间仍是真实的时间。"""
    store = Folder.open(folder).store
    store.acknowledge(evidence_id, reason, int(system_clock().timestamp()))
    goes_on = not store.evidence(evidence_id).is_proof
    click.echo(f"证据 {evidence_id} 已处理" + ("，恢复见证" if goes_on else "，已记下"))


@witness.command("beacon")
@FOLDER
@click.argument("round_number", metavar="ROUND")
@click.argument("signature", metavar="HEX")
def beacon(folder: Path, round_number: str, signature: str) -> None:
    """输入一轮 drand quicknet 随机数，证明其时间已过：时钟被拨慢就会露馅。"""
    store = Folder.open(folder).store
    proven_at = read_beacon(store, round_number, signature, system_clock())
    click.echo(f"随机数正确，证明 {moment(proven_at)} 已过")


@witness.command("run")
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(1, 65535), help="监听端口。"
)
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="同时答复的请求数。"
)
@click.option("--extra-command", help="另加一行 SM2/SM3 签名的外部命令（国密签名服务器适配）。")
@click.option(
    "--extra-key",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="该命令所用公钥的文件。",
)
def run(
    folder: Path,
    *,
    host: str,
    port: int,
    threads: int,
    extra_command: str | None,
    extra_key: Path | None,
) -> None:
    """启动见证服务（Waitress）。"""
    import waitress  # noqa: PLC0415 - only this command needs it

    from audit.witness.server import application  # noqa: PLC0415 - ditto

    opened = Folder.open(folder)
    extra = _extra(opened.name, extra_command, extra_key)
    app = application(opened.witness(system_clock, Reader(), extra))
    click.echo(f"见证服务：http://{host}:{port}/")
    for key in (*opened.vkeys, *(one.vkey for one in extra)):
        click.echo(key)
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=MAX_REQUEST_BYTES + 1,
        channel_timeout=30,
    )


def _extra(name: str, command: str | None, key: Path | None) -> list[CommandSigner]:
    if command is None:
        return []
    if key is None:
        raise click.UsageError("指定 --extra-command 时，须同时指定 --extra-key。")
    return [CommandSigner(name, key.read_bytes(), tuple(shlex.split(command)))]


@click.command("witnesses")
@click.option("--feed", is_flag=True, help="先把最新的检查点送给见证人。")
@click.pass_context
def witnesses(ctx: click.Context, *, feed: bool) -> None:
    """平台的见证人：各自见证到哪里，出了什么问题；有人未跟上时退出码 1。"""
    here: Installation = ctx.obj()
    if feed:
        click.echo(f"新收到 {witnessing.feed(here)} 份见证")
    with reading_work(here.sessions, Actor("job:witnesses"), here.clock) as work:
        lights = witnessing.lights(work, here)
    if not lights:
        click.echo("策略文件没有要求见证人")
    for light in lights:
        click.echo(
            f"{_STATES[light.state]}  {light.name}  {light.url}  "
            f"{light.last_cosigned_size}/{light.log_size}  落后 {light.lag_seconds} 秒"
            + (f"  {light.fault}" if light.fault else "")
        )
    if any(light.state is not LightState.OK for light in lights):
        ctx.exit(1)


commands = (witness, witnesses)
