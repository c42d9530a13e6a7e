"""The salt of a text for whoever reads it: only pages that show the text ask for it."""

from flask import Flask, g

from market.db import reading_work
from market.salts import Opening, opening_of, openings_of
from market.web.work import acting, installation


def init_app(app: Flask) -> None:
    """Let templates say beside a text how the log holds it."""
    app.jinja_env.globals["opening_in_log"] = opening_in_log


def opening_in_log(about: str, text: str | None) -> Opening | None:
    """Return the salt and the digest of a text that the page shows; asked once for each number."""
    if not text:
        return None
    known: dict[str, list[Opening]] = g.setdefault("openings", {})
    if about not in known:
        here = installation()
        with reading_work(here.sessions, acting(), here.clock) as work:
            known[about] = openings_of(work.session, about)
    return opening_of(known[about], text)
