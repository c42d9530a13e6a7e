"""Browsers and units of work for those who hand in documents and those who check them."""

from tests.market.firms.conftest import app, compiled_templates, sign_in, working

__all__ = ["app", "compiled_templates", "sign_in", "working"]
