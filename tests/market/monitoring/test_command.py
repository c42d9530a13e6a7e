"""``zjcs monitor`` as its operator meets it: lines, exit codes, JSON, the page, one at a time."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.__main__ import main as audit
from market.cli import main
from market.monitoring.folder import Folder
from tests.lottery.minilog import LOG_SEED, ORIGIN, MiniLog, vkey
from tests.lottery.story import Story, told
from tests.market.monitoring.standin import an_announced

ZJCS = [sys.executable, "-c", "from market.cli import main; main(prog_name='zjcs')"]
ROOT = Path(__file__).resolve().parents[3]
NOTHING, FOUND, COULD_NOT = 0, 1, 2


def run(watch, *more: str, url: str = ""):
    arguments = [url or watch.url, "--policy", str(watch.policy), "--folder", str(watch.path)]
    return CliRunner().invoke(main, ["monitor", *arguments, *more], prog_name="zjcs")


def test_an_outsider_needs_a_url_a_policy_and_a_folder(platform, watch):
    """In a process with nothing in its environment, in a folder with nothing in it."""
    story = told(an_announced(Story("D2")))
    platform.publish(story.log)
    platform.publish_bundle(story.bundle())
    done = subprocess.run(
        [*ZJCS, "monitor", watch.url, "--policy", watch.policy, "--folder", watch.path, "--once"],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C"},
        cwd=watch.path.parent,
        capture_output=True,
        check=False,
        timeout=60,
    )
    said = done.stdout.decode("utf-8")

    assert (done.returncode, done.stderr) == (NOTHING, b"")
    assert "核验通过 1，未解决的发现 0 / log" in said
    assert sorted(p.name for p in watch.path.parent.iterdir()) == ["policy", "state"]


def test_each_finding_is_a_line_and_an_exit_code(platform, watch):
    story = an_announced(Story("D2"))
    story.publish()
    story.call_off(story.notice.t_phi + 5)
    platform.publish(story.log)
    first, second = run(watch), run(watch)

    assert (first.exit_code, second.exit_code) == (FOUND, FOUND)
    late, missing, _ = first.output.splitlines()
    assert late.startswith(f"LATE_VOID  draw={story.id}  index={story.mine[-1]}  ")
    assert missing.startswith(f"NO_BUNDLE  draw={story.id}  index={story.first_index}  ")
    assert all("。" in line and " / " in line for line in (late, missing))
    again = second.output.splitlines()
    assert again[:2] == [f"仍未解决 / still open  {line}" for line in (late, missing)]


def test_what_cannot_work_is_said_and_is_no_finding(platform, watch, tmp_path):
    platform.stop_answering()
    down = run(watch)
    assert (down.exit_code, "平台没有应答" in down.output) == (COULD_NOT, True)
    assert "本次未能完成核对" in down.output.splitlines()[1]
    page = tmp_path / "page.html"
    run(watch, "--html", str(page))
    assert "本次未能完成核对" in page.read_text("utf-8")
    assert "没有发现问题" not in page.read_text("utf-8")
    assert run(watch, url="nowhere").exit_code == COULD_NOT
    (watch.path / "numbers.txt").write_text("2026310 = 1 2 3\n", "utf-8")
    typed = run(watch)
    assert (typed.exit_code, "第 1 行" in typed.stderr) == (COULD_NOT, True)
    (watch.path / "numbers.txt").unlink()
    with Folder(watch.path):
        busy = run(watch)
    assert (busy.exit_code, "另一个监测程序" in busy.stderr) == (COULD_NOT, True)
    watch.policy.write_bytes(b"log x\nquorum none\n")
    policy = run(watch)
    assert (policy.exit_code, "信任文件" in policy.stderr) == (COULD_NOT, True)
    assert run(watch, "--once", "--every", "60").exit_code == COULD_NOT


def test_a_damaged_folder_is_evidence_and_not_overwritten(platform, watch):
    platform.publish(MiniLog([b"genesis", b"another"]))
    assert run(watch).exit_code == NOTHING
    tile = watch.path / "log/tile/0/000.p/2"
    tile.write_bytes(bytes(64))
    damaged = run(watch)

    assert (damaged.exit_code, "已损坏" in damaged.stderr) == (COULD_NOT, True)
    assert tile.read_bytes() == bytes(64)


def test_json_and_a_page_say_the_same(platform, watch, tmp_path):
    platform.publish(MiniLog([b"genesis"]), cosigned={})
    page = tmp_path / "<b>.html"
    done = run(watch, "--json", "--html", str(page))
    row = json.loads(done.stdout)

    assert (row["size"], row["reached"], done.exit_code) == (1, True, FOUND)
    assert [found["code"] for found in row["open"]] == ["NO_QUORUM"]
    html = page.read_text("utf-8")
    assert "NO_QUORUM" in html
    assert "1 项发现未解决 / 1 open findings" in html
    assert "<script" not in html
    platform.publish(MiniLog([b"genesis"]))
    assert run(watch, "--html", str(page)).exit_code == NOTHING
    assert "没有发现问题 / nothing is wrong" in page.read_text("utf-8")


def test_a_page_shows_what_a_platform_says_as_words(platform, watch, tmp_path):
    story = an_announced(Story("D2"))
    story.log.append(b'{"t":"ismdraw/<script>alert(1)</script>"}')
    platform.publish(story.log)
    page = tmp_path / "status.html"
    run(watch, "--html", str(page))

    assert "<script" not in page.read_text("utf-8")
    assert "UNREADABLE" in page.read_text("utf-8")


def test_the_copy_is_one_that_other_tools_check(platform, watch, tmp_path, capsys):
    platform.publish(MiniLog([b"genesis", b"another"]))
    assert run(watch).exit_code == NOTHING
    (tmp_path / "key").write_text(vkey(ORIGIN, 1, LOG_SEED) + "\n", "utf-8")

    assert audit(["verify", str(watch.path / "log"), "--vkey", str(tmp_path / "key")]) == 0


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGINT"])
def test_it_looks_again_and_again_until_it_is_told_to_stop(platform, watch, signal_name):
    platform.publish(MiniLog([b"genesis"]))
    process = subprocess.Popen(
        [*ZJCS, "monitor", watch.url, "--policy", watch.policy, "--folder", watch.path,
         "--every", "5"],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert "未解决的发现 0" in process.stdout.readline().decode("utf-8")
    process.send_signal(getattr(signal, signal_name))
    assert process.wait(timeout=20) == NOTHING
    process.stdout.close()
