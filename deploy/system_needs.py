"""See to what some tests need from the operating system.

The browser stories need Chromium, Chinese fonts, and the one library that Playwright's driver
does not bring. The tests that hold the three verifiers of a draw against each other need Node
and Ruby, and the witness's extra line an external signer: OpenSSL's command.

As root on a machine with apt it installs what is missing. Elsewhere it says what is missing;
these tests are then skipped, unless ``CI`` is set: a CI run never skips.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = "chromium-headless-shell"
"""Chromium without windows: it draws the same pages in less time."""
WITH_WINDOWS = "chromium"
FONTS = "fonts-noto-cjk"
LIBRARY = "libatomic1"
NODE = "nodejs"
RUBY = "ruby"
OPENSSL = "openssl"


def say(sentence: str) -> None:
    """Tell whoever waits what is being done."""
    sys.stdout.write(f"set-up: {sentence}\n")
    sys.stdout.flush()


def has_chinese_font() -> bool:
    """Tell whether Chinese text would be drawn as characters, not as empty boxes."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return any(Path("/usr/share/fonts").glob("**/*CJK*"))
    command = [fc_list, ":lang=zh-cn", "family"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def has_library() -> bool:
    """Tell whether Playwright's driver would start."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def missing(*browsers: str) -> list[str]:
    """Return the Debian packages that are missing; one of the browsers is enough."""
    there = {
        CHROMIUM: any(shutil.which(one) for one in browsers),
        FONTS: has_chinese_font(),
        LIBRARY: has_library(),
        NODE: shutil.which("node") is not None,
        RUBY: shutil.which("ruby") is not None,
        OPENSSL: shutil.which("openssl") is not None,
    }
    return [package for package, is_there in there.items() if not is_there]


def install(packages: list[str]) -> None:
    """Install Debian packages, quietly and without questions."""
    say(f"installing {' and '.join(packages)} with apt; this takes up to two minutes")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages],
    ):
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            say(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
            return


def main() -> None:
    """Install what is missing, or say what the tests will do without it."""
    if (wanted := missing(CHROMIUM)) and os.geteuid() == 0 and shutil.which("apt-get"):
        install(wanted)
    if absent := missing(CHROMIUM, WITH_WINDOWS):
        say(f"missing: {', '.join(absent)} (Debian: apt install {' '.join(absent)})")
        if os.environ.get("CI"):
            sys.exit("set-up: CI is set, so nothing may be skipped: the run fails here")
        if CHROMIUM in absent:
            say("the browser stories will be skipped")
        if NODE in absent or RUBY in absent:
            say("the verifiers in other languages will not all be tested")


if __name__ == "__main__":
    main()
