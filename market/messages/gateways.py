"""What carries messages out of the platform: a mail server, and gateways for SMS.

A gateway is given the delivery's key with each try: one that has seen it sends nothing again.
No fault that is raised here holds an address, a secret or a word of the message.
"""

import hashlib
import hmac
import http.client
import json
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from market.config import Config
from market.messages.rules import Channel

SECONDS: Final = 10
_MOST_ANSWER: Final = 4096


class GatewayError(Exception):
    """A message did not go out. Its text is a short word for the operator."""


class DownError(GatewayError):
    """The gateway does not serve: the next message fares no better, so the channel waits."""


class RefusedError(GatewayError):
    """The gateway refuses this message, and will again: trying further is no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message as it leaves: to which address, in which words."""

    key: str
    to: str
    subject: str
    body: str
    at: datetime


class Gateway(Protocol):
    """Carries messages of one channel; ``send`` returns what was answered, in short."""

    def send(self, one: Outgoing) -> str:
        """Send a message, or raise ``GatewayError``."""


@dataclass(frozen=True, slots=True)
class SmsFolder:
    """SMS as files, for a gateway that collects them and for trying out.

    One file of one JSON line for each, named by its key: a second try finds it there.
    """

    folder: Path

    def send(self, one: Outgoing) -> str:
        """Write the file in one step, or find it written."""
        line = json.dumps(
            {"id": one.key, "to": one.to, "text": one.body, "at": one.at.isoformat()},
            ensure_ascii=False,
        )
        wanted, part = self.folder / f"{one.key}.json", self.folder / f".{one.key}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                wanted.hardlink_to(part)
            except FileExistsError:
                return "already there"
            finally:
                part.unlink()
        except OSError as error:
            raise DownError(f"folder: {type(error).__name__}") from None
        return "file"


@dataclass(frozen=True, slots=True, repr=False)
class SmsHttp:
    """SMS by a POST of JSON to the city's gateway, signed by HMAC-SHA256 over the body.

    Redirects are not followed: the key vouches for one address.
    """

    url: str
    key: str
    seconds: float = SECONDS

    def send(self, one: Outgoing) -> str:
        """Send one message; 2xx is success, 4xx a refusal, everything else a failure."""
        parts = urlsplit(self.url)
        body = json.dumps({"id": one.key, "to": one.to, "text": one.body}, ensure_ascii=False)
        sealed = hmac.new(self.key.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": one.key,
            "X-Zjcs-Signature": f"sha256={sealed}",
        }
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        try:
            connection = kind(parts.hostname or "", parts.port, timeout=self.seconds)
            try:
                path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
                connection.request("POST", path, body.encode(), headers)
                answer = connection.getresponse()
                answer.read(_MOST_ANSWER)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise DownError(f"http: {type(error).__name__}") from None
        return _judged(answer.status)


def _judged(status: int) -> str:
    word = f"http {status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return word
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise DownError(word)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RefusedError(word)
    raise DownError(word)


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """E-mail through a mail server; one connection for each message."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    seconds: float = SECONDS

    def send(self, one: Outgoing) -> str:
        """Send one message. Its ``Message-ID`` is the delivery's: mail programs show it once."""
        mail = EmailMessage()
        try:
            mail["From"], mail["To"], mail["Subject"] = self.sender, one.to, one.subject
        except ValueError:  # a line end in a header
            raise RefusedError("header") from None
        mail["Date"] = format_datetime(one.at)
        mail["Message-ID"] = f"<{one.key}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(one.body)
        try:
            with self._connection() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refused(code) from None
        except smtplib.SMTPSenderRefused as error:
            raise DownError(f"smtp {error.smtp_code}") from None
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise DownError(f"smtp: {type(error).__name__}") from None
        return "smtp 250"

    def _connection(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.seconds, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.seconds)


def _refused(code: int) -> GatewayError:
    """Return the fault of a mail server's answer: 4xx may be better later, 5xx is not."""
    permanent = code >= 500  # noqa: PLR2004 - RFC 5321 4.2.1
    return (RefusedError if permanent else GatewayError)(f"smtp {code}")


def gateways(config: Config) -> Mapping[Channel, Gateway]:
    """Return the gateways that the configuration names; a channel without one is off."""
    found: dict[Channel, Gateway] = {}
    if config.smtp_host:
        found[Channel.EMAIL] = Mail(
            config.smtp_host,
            config.smtp_port,
            config.smtp_security,
            config.smtp_user,
            config.smtp_password,
            config.smtp_from,
        )
    if config.sms_url:
        found[Channel.SMS] = SmsHttp(config.sms_url, config.sms_key)
    elif config.sms_dir:
        found[Channel.SMS] = SmsFolder(config.sms_dir)
    return found
