"""Templates compiled once for the whole run, not once for each test's application."""

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("jinja")))


@pytest.fixture
def app(app, compiled_templates) -> Flask:
    app.jinja_env.bytecode_cache = compiled_templates
    return app
