"""Configuration: read from the environment once, checked, and frozen."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from market.clock import Clock, ShiftedClock, system_clock
from market.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything an installation decides. ``docs/operate.md`` describes each variable."""

    database_url: str = "sqlite:///var/zjcs.db"
    data_dir: Path = Path("var")
    city: str = "示范市"
    origin: str = "zjcs.example/draw-log"
    operator_name: str = "示范市政务服务中心"
    operator_phone: str = "0000-12345678"
    complaint_phone: str = "12345"
    demo: bool = False
    secure_cookies: bool = False
    trusted_proxies: int = 0
    clock_offset: timedelta = timedelta(0)
    city_rules_dir: Path | None = None
    password_memory_kib: int = 65536
    # A file of the largest size that is accepted, and the form around it.
    max_upload_bytes: int = 22 * 1024 * 1024
    # Whom this log is to be witnessed by (C2SP tlog-policy); ``policy`` in the data folder if
    # there is one, and nobody if there is none.
    policy_file: Path | None = None
    # Where else than on this site the city publishes the file that verifiers trust, in words.
    trust_source: str = ""
    # Base addresses of drand servers; none means that rounds are carried in by hand.
    drand_urls: tuple[str, ...] = ()
    # Under which address people reach this site: for the links in e-mails and on letters.
    site_url: str = ""
    # A mail server; none means that no e-mail is sent. A password is never shown.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    # SMS into a folder, or to the address of the city's gateway; neither means none is sent.
    sms_dir: Path | None = None
    sms_url: str = ""
    sms_key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read ``DATABASE_URL`` and the ``ZJCS_*`` variables.

        Raises:
            ConfigurationError: A variable is unknown or has a value of the wrong form.
        """
        env = os.environ if environment is None else environment
        unknown = {k for k in env if k.startswith("ZJCS_")} - set(_VARIABLES) - _FOR_OTHERS
        if unknown:
            raise ConfigurationError("不认识的环境变量 " + "、".join(sorted(unknown)))
        values: dict[str, object] = {}
        if url := env.get("DATABASE_URL"):
            values["database_url"] = url
        elif folder := env.get("ZJCS_DATA_DIR"):
            values["database_url"] = f"sqlite:///{Path(folder) / 'zjcs.db'}"
        for variable, (name, convert) in _VARIABLES.items():
            if (text := env.get(variable)) is not None:
                try:
                    values[name] = convert(text)
                except ValueError as error:
                    raise ConfigurationError(f"{variable}={text!r}：{error}") from None
        return cls(**values)  # type: ignore[arg-type]  # converted by the table below

    @property
    def clock(self) -> Clock:
        """The clock this installation lives by. Only a demonstration may shift it."""
        return ShiftedClock(self.clock_offset) if self.clock_offset else system_clock

    @property
    def keys_dir(self) -> Path:
        """Where the platform's secret keys lie."""
        return self.data_dir / "keys"

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files lie, outside every folder that is served."""
        return self.data_dir / "uploads"

    @property
    def policy_path(self) -> Path | None:
        """Where the operating policy lies; None where no witness was asked for."""
        default = self.data_dir / "policy"
        return self.policy_file or (default if default.exists() else None)

    def check(self) -> None:
        """Refuse settings that could not be trusted, before anything is opened.

        Raises:
            ConfigurationError: The first of them, by the name of its variable.
        """
        if self.clock_offset and not self.demo:
            raise ConfigurationError("只有演示城市可以偏移时钟（ZJCS_CLOCK_OFFSET_SECONDS）")
        if not _is_supported_database(self.database_url):
            raise ConfigurationError("DATABASE_URL 应以 sqlite:///、postgresql:// 开头")
        # A signed note's key name: not empty, no space, no plus (C2SP signed-note).
        if self.origin.split() != [self.origin] or "+" in self.origin:
            raise ConfigurationError("ZJCS_ORIGIN 不能为空，不能含空格或加号")
        if not self.city.strip():
            raise ConfigurationError("ZJCS_CITY 不能为空")
        for variable, value, least in (
            ("ZJCS_TRUSTED_PROXIES", self.trusted_proxies, 0),
            ("ZJCS_PASSWORD_MEMORY_KIB", self.password_memory_kib, 8),
            ("ZJCS_MAX_UPLOAD_BYTES", self.max_upload_bytes, 1),
        ):
            if value < least:
                raise ConfigurationError(f"{variable} 至少为 {least}")
        self._check_channels()

    def _check_channels(self) -> None:
        """Refuse channels of which half is missing: nobody would notice for weeks."""
        if self.smtp_host and "@" not in self.smtp_from:
            raise ConfigurationError("设置了 ZJCS_SMTP_HOST，还须在 ZJCS_SMTP_FROM 写明发件地址")
        if not 0 < self.smtp_port < 1 << 16:
            raise ConfigurationError("ZJCS_SMTP_PORT 应为 1 到 65535")
        if self.sms_url and self.sms_dir:
            raise ConfigurationError("ZJCS_SMS_URL 和 ZJCS_SMS_DIR 只能设置一个")
        if self.sms_url and not self.sms_key:
            raise ConfigurationError("设置了 ZJCS_SMS_URL，还须在 ZJCS_SMS_KEY 写明签名密钥")


def _is_supported_database(url: str) -> bool:
    try:
        return make_url(url).get_backend_name() in {"sqlite", "postgresql"}
    except ArgumentError:
        return False


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("应为 0 或 1")
    return text == "1"


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=int(text))


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(part.rstrip("/") for part in text.split())
    if not all(part.startswith(("http://", "https://")) for part in found):
        raise ValueError("应为以空格分隔的 http(s) 地址")
    return found


def _address(text: str) -> str:
    found = _addresses(text)
    if len(found) > 1:
        raise ValueError("只能写一个地址")
    return "".join(found)


def _security(text: str) -> str:
    if text not in {"starttls", "tls", "none"}:
        raise ValueError("应为 starttls、tls 或 none")
    return text


_VARIABLES: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "ZJCS_DATA_DIR": ("data_dir", Path),
    "ZJCS_CITY": ("city", str),
    "ZJCS_ORIGIN": ("origin", str),
    "ZJCS_OPERATOR_NAME": ("operator_name", str),
    "ZJCS_OPERATOR_PHONE": ("operator_phone", str),
    "ZJCS_COMPLAINT_PHONE": ("complaint_phone", str),
    "ZJCS_DEMO": ("demo", _flag),
    "ZJCS_SECURE_COOKIES": ("secure_cookies", _flag),
    "ZJCS_TRUSTED_PROXIES": ("trusted_proxies", int),
    "ZJCS_CLOCK_OFFSET_SECONDS": ("clock_offset", _seconds),
    "ZJCS_CITY_RULES_DIR": ("city_rules_dir", Path),
    "ZJCS_PASSWORD_MEMORY_KIB": ("password_memory_kib", int),
    "ZJCS_MAX_UPLOAD_BYTES": ("max_upload_bytes", int),
    "ZJCS_POLICY_FILE": ("policy_file", Path),
    "ZJCS_TRUST_SOURCE": ("trust_source", str.strip),
    "ZJCS_DRAND_URLS": ("drand_urls", _addresses),
    "ZJCS_SITE_URL": ("site_url", _address),
    "ZJCS_SMTP_HOST": ("smtp_host", str.strip),
    "ZJCS_SMTP_PORT": ("smtp_port", int),
    "ZJCS_SMTP_SECURITY": ("smtp_security", _security),
    "ZJCS_SMTP_USER": ("smtp_user", str),
    "ZJCS_SMTP_PASSWORD": ("smtp_password", str),
    "ZJCS_SMTP_FROM": ("smtp_from", str.strip),
    "ZJCS_SMS_DIR": ("sms_dir", Path),
    "ZJCS_SMS_URL": ("sms_url", _address),
    "ZJCS_SMS_KEY": ("sms_key", str),
}
# Read by the set-up script, not by the program.
_FOR_OTHERS = {"ZJCS_WHEELHOUSE"}
