"""Addresses compiled once in a test process, although many tests make an application of their own.

Werkzeug writes and compiles a function for each rule, from the rule alone: for the five hundred
addresses of the market that takes longer than all else of an application's beginning.
"""

from collections.abc import Callable

from werkzeug.routing import Rule


def compile_routes_once() -> None:
    """Let every application of this process share the functions that build addresses."""
    kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    make = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's own signature
        defaults = tuple(sorted((rule.defaults or {}).items()))
        converters = tuple((name, type(one)) for name, one in rule._converters.items())
        key = (*rule._trace, defaults, converters, append_unknown)
        if key not in kept:
            kept[key] = make(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = compile_once
