"""Verifiers of draws in other languages: package data, and the offline page made of it.

The JavaScript one runs in a browser (``offline_page``, or served as files) and on Node; it
shares no code with the Python one. Source: docs/spec/lottery-v1.md.
"""

from lottery.verifiers.javascript_page import javascript_files, offline_page

__all__ = ["javascript_files", "offline_page"]
