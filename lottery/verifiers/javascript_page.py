"""The JavaScript verifier as files to serve, and as one HTML file that opens from disk.

A browser loads no module from ``file://``, so the modules of the page are put into one classic
script, each in a function of its own, in the order in which they need each other.
"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final

_START: Final = "page/app.js"
# What only Node runs, or only the offline page is made of.
_NOT_SERVED: Final = ("cli.js", "page/")
_IMPORT = re.compile(r'^import (?:\{([^}]*)\}|\* as (\w+)) from "([^"]+)";\n', re.MULTILINE)
_DECLARED = re.compile(r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
_LISTED = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
_CONTENT_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; "
    "base-uri 'none'; form-action 'none'"
)


class ModuleStyleError(ValueError):
    """A module of the verifier is written in a way that the page cannot be made of."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def javascript_files() -> dict[str, bytes]:
    """Return the modules that a page of the web application imports, ``index.js`` first of all.

    Returns:
        Content by path, such as ``crypto/hash.js``; imports between them are relative.

    Source: docs/spec/lottery-v1.md, section 8.
    """
    return {
        name: text.encode()
        for name, text in _sources().items()
        if name.endswith(".js") and not name.startswith(_NOT_SERVED)
    }


@cache
def offline_page() -> bytes:
    """Return the verifier as one HTML file: no network, no server, no other file.

    Returns:
        UTF-8 HTML, the same bytes from the same sources on every machine.

    Raises:
        ModuleStyleError: A module is not written as the page needs it.

    Source: docs/spec/lottery-v1.md, section 7.
    """
    sources = _sources()
    script, style = _one_script(sources), sources["page/page.css"]
    policy = _CONTENT_POLICY.format(script=_digest(script), style=_digest(style))
    page = sources["page/page.html"]
    for mark, content in (("@POLICY@", policy), ("@STYLE@", style), ("@SCRIPT@", script)):
        page = page.replace(mark, content)
    return page.encode()


@cache
def _sources() -> dict[str, str]:
    """Return every file of the folder by its path, in the order of the paths."""
    found: dict[str, str] = {}
    _collect(files("lottery.verifiers") / "javascript", PurePosixPath(), found)
    return dict(sorted(found.items()))


def _collect(folder: Traversable, path: PurePosixPath, found: dict[str, str]) -> None:
    for item in folder.iterdir():
        if item.is_dir():
            _collect(item, path / item.name, found)
        elif item.name.endswith((".js", ".css", ".html")):
            found[str(path / item.name)] = item.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return what a content policy calls an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _one_script(sources: dict[str, str]) -> str:
    """Return all modules that the page needs as one classic script."""
    script = '\n"use strict";\nconst modules = {};\n' + "".join(
        f'modules["{name}"] = (() => {{\n{_as_function(name, sources[name])}}})();\n'
        for name in _in_order(_START, sources, (), [])
    )
    if "</" in script or "<!--" in script:
        raise ModuleStyleError("script", "it holds what would end it inside HTML")
    return script


def _in_order(
    name: str, sources: dict[str, str], above: tuple[str, ...], done: list[str]
) -> list[str]:
    """Return modules so that each comes after those it imports."""
    if name in above:
        raise ModuleStyleError(name, "it imports itself by way of others")
    for match in _IMPORT.finditer(sources[name]):
        needed = _target(name, match[3])
        if needed not in done:
            _in_order(needed, sources, (*above, name), done)
    done.append(name)
    return done


def _target(name: str, relative: str) -> str:
    """Return the path of an imported module."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _as_function(name: str, text: str) -> str:
    """Return the body of a function that returns what a module exports."""

    def imported(match: re.Match[str]) -> str:
        source = f'modules["{_target(name, match[3])}"]'
        if match[2]:
            return f"const {match[2]} = {source};\n"
        return f"const {{{match[1].replace(' as ', ': ')}}} = {source};\n"

    exported = [match[2] for match in _DECLARED.finditer(text)]
    for match in _LISTED.finditer(text):
        exported += [item.strip() for item in match[1].split(",") if item.strip()]
    body = _LISTED.sub("", _DECLARED.sub(r"\1", _IMPORT.sub(imported, text)))
    if re.search(r"^(?:import|export) ", body, re.MULTILINE):
        raise ModuleStyleError(name, "an import or export is not of a known form")
    return f"{body}return Object.freeze({{ {', '.join(exported)} }});\n"
