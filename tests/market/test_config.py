"""The configuration: read once, wholly understood or refused."""

from dataclasses import FrozenInstanceError, fields
from datetime import timedelta
from pathlib import Path

import pytest

from market import config
from market.clock import system_clock
from market.config import Config
from market.errors import ConfigurationError

GOOD = {
    "DATABASE_URL": "postgresql://zjcs@db.example/zjcs",
    "ZJCS_DATA_DIR": "/srv/zjcs",
    "ZJCS_CITY": "青川市",
    "ZJCS_ORIGIN": "zjcs.example/draw-log",
    "ZJCS_OPERATOR_NAME": "青川市政务服务中心",
    "ZJCS_OPERATOR_PHONE": "0839-12345",
    "ZJCS_COMPLAINT_PHONE": "12345",
    "ZJCS_DEMO": "1",
    "ZJCS_SECURE_COOKIES": "1",
    "ZJCS_TRUSTED_PROXIES": "2",
    "ZJCS_CLOCK_OFFSET_SECONDS": "-3600",
    "ZJCS_CITY_RULES_DIR": "/etc/zjcs/rules",
    "ZJCS_PASSWORD_MEMORY_KIB": "19456",
    "ZJCS_MAX_UPLOAD_BYTES": "1000000",
    "ZJCS_POLICY_FILE": "/etc/zjcs/policy",
    "ZJCS_TRUST_SOURCE": "《示范市公报》2026年第3期",
    "ZJCS_DRAND_URLS": "https://drand.example/ http://10.0.0.7:8080",
    "ZJCS_SITE_URL": "https://zjcs.example/",
    "ZJCS_SMTP_HOST": "mail.example",
    "ZJCS_SMTP_PORT": "465",
    "ZJCS_SMTP_SECURITY": "tls",
    "ZJCS_SMTP_USER": "zjcs",
    "ZJCS_SMTP_PASSWORD": "a secret of the mail server",
    "ZJCS_SMTP_FROM": "zjcs@mail.example",
    "ZJCS_SMS_URL": "https://sms.example/send",
    "ZJCS_SMS_KEY": "a secret of the gateway",
}
# Instead of another of them: what is tried alone.
ALONE = {"ZJCS_SMS_DIR": "/srv/sms"}


def test_an_empty_environment_gives_the_defaults():
    assert Config.from_environment({}) == Config()
    Config().check()


def test_every_variable_reaches_its_field():
    found = Config.from_environment(GOOD)
    assert found == Config(
        database_url="postgresql://zjcs@db.example/zjcs",
        data_dir=Path("/srv/zjcs"),
        city="青川市",
        origin="zjcs.example/draw-log",
        operator_name="青川市政务服务中心",
        operator_phone="0839-12345",
        complaint_phone="12345",
        demo=True,
        secure_cookies=True,
        trusted_proxies=2,
        clock_offset=timedelta(hours=-1),
        city_rules_dir=Path("/etc/zjcs/rules"),
        password_memory_kib=19456,
        max_upload_bytes=1_000_000,
        policy_file=Path("/etc/zjcs/policy"),
        trust_source="《示范市公报》2026年第3期",
        drand_urls=("https://drand.example", "http://10.0.0.7:8080"),
        site_url="https://zjcs.example",
        smtp_host="mail.example",
        smtp_port=465,
        smtp_security="tls",
        smtp_user="zjcs",
        smtp_password="a secret of the mail server",
        smtp_from="zjcs@mail.example",
        sms_url="https://sms.example/send",
        sms_key="a secret of the gateway",
    )
    found.check()


def test_every_field_has_a_variable_and_every_variable_is_tried_above():
    variables = {field for field, _ in config._VARIABLES.values()} | {"database_url"}
    assert variables == {field.name for field in fields(Config)}
    assert set(config._VARIABLES) | {"DATABASE_URL"} == set(GOOD) | set(ALONE)
    assert Config.from_environment(ALONE) == Config(sms_dir=Path("/srv/sms"))


def test_a_configuration_that_is_shown_shows_no_secret():
    assert "secret" not in repr(Config.from_environment(GOOD))


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("ZJCS_DEMO", "yes"),
        ("ZJCS_SECURE_COOKIES", ""),
        ("ZJCS_TRUSTED_PROXIES", "one"),
        ("ZJCS_CLOCK_OFFSET_SECONDS", "1h"),
        ("ZJCS_PASSWORD_MEMORY_KIB", "64M"),
        ("ZJCS_MAX_UPLOAD_BYTES", "20MB"),
        ("ZJCS_DRAND_URLS", "drand.example"),
        ("ZJCS_SITE_URL", "https://a.example https://b.example"),
        ("ZJCS_SMTP_PORT", "smtp"),
        ("ZJCS_SMTP_SECURITY", "ssl"),
        ("ZJCS_SMS_URL", "sms.example"),
    ],
)
def test_a_value_of_the_wrong_form_is_named(variable, text):
    with pytest.raises(ConfigurationError, match=variable):
        Config.from_environment({variable: text})


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DATABASE_URL", "zjcs.db"),
        ("DATABASE_URL", "mysql://root@localhost/zjcs"),
        ("ZJCS_TRUSTED_PROXIES", "-1"),
        ("ZJCS_PASSWORD_MEMORY_KIB", "7"),
        ("ZJCS_MAX_UPLOAD_BYTES", "0"),
        ("ZJCS_ORIGIN", ""),
        ("ZJCS_ORIGIN", "two words"),
        ("ZJCS_ORIGIN", "a+b"),
        ("ZJCS_CITY", ""),
        ("ZJCS_SMTP_HOST", "mail.example"),
        ("ZJCS_SMTP_PORT", "0"),
        ("ZJCS_SMS_URL", "https://sms.example"),
    ],
)
def test_a_value_that_could_not_be_trusted_is_refused_before_anything_is_opened(variable, text):
    with pytest.raises(ConfigurationError, match=variable):
        Config.from_environment({variable: text}).check()


def test_sms_go_one_way():
    with pytest.raises(ConfigurationError, match="ZJCS_SMS_DIR"):
        Config.from_environment(GOOD | ALONE).check()


def test_a_misspelt_variable_is_refused():
    with pytest.raises(ConfigurationError, match=r"ZJCS_SECURE_COOKIE\b"):
        Config.from_environment({"ZJCS_SECURE_COOKIE": "1", "HOME": "/root"})


def test_only_a_demonstration_may_shift_its_clock():
    shifted = {"ZJCS_CLOCK_OFFSET_SECONDS": "86400"}
    with pytest.raises(ConfigurationError, match="ZJCS_CLOCK_OFFSET_SECONDS"):
        Config.from_environment(shifted).check()
    demonstration = Config.from_environment(shifted | {"ZJCS_DEMO": "1"})
    demonstration.check()
    assert demonstration.clock() - system_clock() > timedelta(hours=23)
    assert Config().clock is system_clock


def test_a_configuration_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Config().demo = True
    assert Config(data_dir=Path("/a")).keys_dir == Path("/a/keys")
    assert Config(data_dir=Path("/a")).uploads_dir == Path("/a/uploads")
