"""Addresses of pages of features above, which an application may not have."""

from typing import Any

from flask import current_app, url_for


def link_to(endpoint: str, *values: str | int) -> str | None:
    """Return the address of a page of a feature above, if the application has it.

    What the page calls a value in its address is its own business: it has one at most.
    """
    if endpoint not in current_app.view_functions:
        return None
    rule = next(iter(current_app.url_map.iter_rules(endpoint)))
    named: dict[str, Any] = dict(zip(rule.arguments, values, strict=True))
    return url_for(endpoint, **named)
