"""Browsers and units of work for those who hand in documents and those who check them."""

from tests.market.firms.conftest import sign_in, working

__all__ = ["sign_in", "working"]
