"""``zjcs demo``: builds the city once, then runs web, worker and the stand-in supervisor."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import event

from market import log, prepare, regulations, witnessing
from market.accounts.queries import actor_of, user_by_name
from market.clock import ManualClock, beijing, beijing_day, system_clock
from market.config import Config
from market.db import Actor, reading_work
from market.demo.cast import CITY, OPERATOR
from market.demo.city import BEGAN, City, supervisor_key
from market.demo.people import PASSWORD
from market.demo.supervisor import Supervisor
from market.demo.timeline import working_day
from market.demo.witnesses import Witnesses, settle
from market.errors import MarketError, MissingError, msgid
from market.installation import Installation
from market.keys import Keys
from market.migrations import upgrade

# Later than this the real drand round would no longer lie in the city's past, and the city
# lives on the last working day before it instead; its pages say so.
LATEST: Final = date(2027, 1, 15)
STAND_STILL: Final = beijing(date(2026, 11, 20), 10)
ANSWER_SECONDS: Final = 5
OFFSET_FILE: Final = "clock-offset-seconds"

SIGN_INS: Final = (
    ("owner01", msgid("项目业主经办人：发布需求、签合同、验收成果")),
    ("leader01", msgid("项目业主审批人：内部审批")),
    ("firm01", msgid("中介机构：报名、报价或竞价、确认中选、提交成果")),
    ("firm03", msgid("另一家中介机构：与 firm01 在同一场网上竞价")),
    ("operator", msgid("运营机构经办人：审核入驻和需求、发布公告")),
    ("manager", msgid("运营机构管理员：账号管理")),
    ("expert01", msgid("评审专家：回避申报、接受席位、评分")),
    ("officer2", msgid("行业监管人员：监督、提出信用处理")),
    ("decider2", msgid("行业监管决定人：审核、拟定处理决定")),
    ("second2", msgid("行业监管决定人：确认他人拟定的决定")),
    ("supervisor", msgid("监督方（公证处）：提交监督方随机值")),
)


class PortTakenError(MarketError):
    """Another program listens on the port."""

    sentence = msgid("端口 %(port)s 已被占用。请换一个端口，例如 make demo PORT=8001。")

    def __init__(self, port: int) -> None:
        super().__init__(port=port)


def run(folder: Path, port: int, say: Callable[[str], None]) -> int:
    """Build the city if it is not there, and serve it until Ctrl-C; return the exit code."""
    _require_free(port)
    site = f"http://127.0.0.1:{port}"
    if not folder.exists():
        build(folder, say, site=site)
    environment = environment_of(folder, site)
    witnesses = Witnesses(folder, Config.from_environment(environment).clock, say)
    command = [sys.executable, "-m", "market"]
    children = [
        subprocess.Popen([*command, *arguments], env={**os.environ, **environment})  # noqa: S603 - our own program
        for arguments in (["serve", "--port", str(port)], ["worker"])
    ]
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        _welcome(port, say)
        return _watch(children, _supervisor(folder), stop)
    finally:
        witnesses.stop()
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            child.wait()
        say("演示已停止。数据保留在 " + str(folder))


def build(
    folder: Path, say: Callable[[str], None], now: datetime | None = None, *, site: str = ""
) -> None:
    """Build the city beside its place and move it there when it is whole.

    ``site`` is the address that its letters print for whoever checks them.
    """
    draft = folder.with_name(folder.name + ".building")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    present = present_of(now or system_clock())
    offset = int((present - (now or system_clock())).total_seconds())
    (draft / OFFSET_FILE).write_text(f"{offset if abs(offset) > 1 else 0}\n", "ascii")
    config = Config.from_environment(environment_of(draft, site))
    say(f"正在建立演示城市{CITY}：逐日办理过去五个月的真实业务，通常需要一两分钟，电脑慢的更久……")
    regulations.configure(*([config.city_rules_dir] if config.city_rules_dir else []))
    start = beijing(working_day(beijing_day(present), BEGAN), 8)
    clock = ManualClock(start)
    Keys.make(config.keys_dir)
    here = Installation.open(config, clock)
    _hurry(here)
    upgrade(here.engine)
    settle(draft, log.vkey(here), here.clock())
    witnesses = Witnesses(draft, clock, say)
    prepare.begin_log(here)
    try:
        City(here, clock, present).live(_progress(say))
        witnessing.feed(here)
    finally:
        witnesses.stop()
        here.engine.dispose()
    draft.rename(folder)
    say("演示城市已建成。")


def _hurry(here: Installation) -> None:
    """Let the disk catch up later: a city whose building was cut off is built anew."""
    event.listen(here.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    here.engine.dispose()


def present_of(now: datetime) -> datetime:
    """Return the city's present: now, unless the real round would be out of its past."""
    return now if beijing_day(now) <= LATEST else STAND_STILL


def environment_of(folder: Path, site: str = "") -> dict[str, str]:
    """Return the configuration of a demonstration city."""
    rules = Path(str(regulations.__file__)).with_name("demonstration")
    environment = {
        "DATABASE_URL": f"sqlite:///{folder.resolve() / 'zjcs.db'}",
        "ZJCS_DATA_DIR": str(folder.resolve()),
        "ZJCS_CITY": CITY,
        "ZJCS_OPERATOR_NAME": OPERATOR,
        "ZJCS_OPERATOR_PHONE": "0839-7200000",
        "ZJCS_DEMO": "1",
        "ZJCS_PASSWORD_MEMORY_KIB": "8192",
        "ZJCS_CITY_RULES_DIR": str(rules),
        "ZJCS_SMS_DIR": str(folder.resolve() / "sms"),
        "ZJCS_SITE_URL": site,
    }
    offset = (folder / OFFSET_FILE).read_text("ascii").strip()
    return {**environment, "ZJCS_CLOCK_OFFSET_SECONDS": offset} if offset != "0" else environment


def _progress(say: Callable[[str], None]) -> Callable[[datetime], None]:
    told: set[date] = set()

    def report(at: datetime) -> None:
        month = beijing_day(at).replace(day=1)
        if month not in told:
            told.add(month)
            say(f"  {month:%Y年%m月}……")

    return report


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTakenError(port) from None


def _welcome(port: int, say: Callable[[str], None]) -> None:
    say(f"\n网站：http://127.0.0.1:{port}/   （按 Ctrl-C 停止）")
    say(f"每种选取方式各看一例：http://127.0.0.1:{port}/methods")
    say(f"登录账号（密码均为 {PASSWORD}）：")
    for username, words in SIGN_INS:
        say(f"  {username:<12}{words}")


def _supervisor(folder: Path) -> Supervisor:
    here = Installation.open(Config.from_environment(environment_of(folder)))
    with reading_work(here.sessions, Actor("job:demo"), here.clock) as work:
        user = user_by_name(work, "supervisor")
        if user is None:
            raise MissingError
        actor = actor_of(work, user)
    return Supervisor(here, actor, supervisor_key(folder))


def _watch(
    children: list[subprocess.Popen[bytes]], supervisor: Supervisor, stop: threading.Event
) -> int:
    """Wait for Ctrl-C, answering for the supervisor; a child that dies ends the demonstration."""
    while not stop.wait(ANSWER_SECONDS):
        if any(child.poll() is not None for child in children):
            return 1
        try:
            supervisor.answer()
        except MarketError:
            continue  # Someone else answered, or the draw does not wait any more.
    return 0
