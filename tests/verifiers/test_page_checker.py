"""The draw page's own check: a worker that fetches bundle and log, run here by Node."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.lottery.drawing_facts import POLICIES
from tests.verifiers.odd import whole
from tests.verifiers.programs import JAVASCRIPT, ROOT, need
from tests.verifiers.test_whole_logs import write_log

CHECKER = ROOT / "market" / "web" / "static" / "draws" / "checker.js"
SITE = "http://site.test"
MOST = 20_000

# What a browser gives to a worker: messages, and the files of one site.
_BROWSER = """
import fs from "node:fs";
const { checker, site, folder, task } = JSON.parse(fs.readFileSync(0, "utf8"));
const told = [];
let receive;
globalThis.self = { addEventListener: (_, listener) => { receive = listener; } };
globalThis.postMessage = (message) => told.push(message);
globalThis.fetch = async (url) => {
  const path = url.startsWith(`${site}/`) ? folder + url.slice(site.length) : "";
  if (!fs.existsSync(path)) return { ok: false, status: 404 };
  const bytes = fs.readFileSync(path);
  return { ok: true, status: 200, arrayBuffer: async () => new Uint8Array(bytes).buffer };
};
await import(checker);
await receive({ data: task });
process.stdout.write(JSON.stringify(told));
"""


def messages(folder: Path, **changes: Any) -> list[dict[str, Any]]:
    """Return what the worker tells the page about the bundle and log that a site serves."""
    need("javascript")
    task = {
        "verifier": JAVASCRIPT.with_name("index.js").as_uri(),
        "bundle": f"{SITE}/bundle.zip",
        "bundleBytes": None,
        "policy": POLICIES["one"].decode(),
        "numbers": None,
        "receipts": [],
        "log": f"{SITE}/log",
        "most": MOST,
    }
    asked = {
        "checker": CHECKER.as_uri(),
        "site": SITE,
        "folder": str(folder),
        "task": task | changes,
    }
    done = subprocess.run(
        ["node", "--input-type=module", "-e", _BROWSER],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def served(folder: Path, *since: bytes) -> int:
    """Lay out a site whose log has grown since its bundle was made, and return the log's size."""
    drawing = whole()
    (folder / "bundle.zip").write_bytes(drawing.data())
    log = (*drawing.log.entries, *since)
    write_log(folder / "log", log)
    return len(log)


def concluded(told: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the last message, and what V2 came to."""
    (v2,) = (each["check"] for each in told if each["kind"] == "check" and named(each) == "V2")
    return told[-1], v2


def named(message: dict[str, Any]) -> str:
    return str(message["check"]["name"])


def test_a_second_result_that_was_logged_after_the_bundle_is_seen(tmp_path):
    again = replace(whole().result, at=whole().result.at + 1).to_bytes()
    size = served(tmp_path, b"somebody else's", again)
    done, v2 = concluded(messages(tmp_path))

    assert (done["kind"], done["verdict"], done["selected"]) == ("done", "refused", [])
    assert v2["status"] == "failed"
    assert f"第 {size - 1} 条" in v2["findings"][0]["zh"]
    assert (done["hasLog"], done["count"]) == (True, size)


@pytest.mark.parametrize("grown", [0, 1, 300])
def test_the_size_that_is_told_is_that_of_the_whole_log(tmp_path, grown):
    size = served(tmp_path, *(b"somebody else's %d" % number for number in range(grown)))
    done, v2 = concluded(messages(tmp_path))

    assert (done["verdict"], v2["status"]) == ("believed", "ok")
    assert (done["hasLog"], done["count"]) == (True, size)


def test_a_log_that_is_shorter_than_the_bundle_says_fails(tmp_path):
    served(tmp_path)
    write_log(tmp_path / "log", tuple(whole().log.entries[:-1]))
    done, v2 = concluded(messages(tmp_path))

    assert (done["verdict"], v2["status"]) == ("refused", "failed")


def test_without_the_whole_log_v2_says_so(tmp_path):
    size = served(tmp_path)
    (tmp_path / "log" / "checkpoint").rename(tmp_path / "elsewhere")
    alone, v2 = concluded(messages(tmp_path))
    assert (alone["hasLog"], alone["count"], v2["status"]) == (False, -1, "flagged")

    (tmp_path / "elsewhere").rename(tmp_path / "log" / "checkpoint")
    big, v2 = concluded(messages(tmp_path, most=size - 1))
    assert (big["hasLog"], big["count"], v2["status"]) == (False, size, "flagged")


def test_a_bundle_that_is_none_is_malformed_and_one_that_is_missing_is_the_networks_fault(tmp_path):
    served(tmp_path)
    (tmp_path / "bundle.zip").write_bytes(b"junk")
    told = messages(tmp_path)
    assert (told[-1]["kind"], told[-1]["verdict"]) == ("done", "malformed")

    (tmp_path / "bundle.zip").unlink()
    assert messages(tmp_path)[-1]["kind"] == "network"
