"""Real servers on this machine: what is sent, what is answered, and what is never shown."""

import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from market.config import Config
from market.messages.gateways import (
    DownError,
    GatewayError,
    Mail,
    Outgoing,
    RefusedError,
    SmsFolder,
    SmsHttp,
    gateways,
)
from market.messages.rules import Channel

ONE = Outgoing(
    key="ab" * 16,
    to="13800001234",
    subject="案件已告知",
    body="请陈述申辩。",
    at=datetime(2026, 3, 2, 1, tzinfo=UTC),
)
SECRET = "an-hmac-secret"


@contextmanager
def a_gateway(*statuses):
    """An SMS gateway that answers with these statuses; yields its address and what it was sent."""
    answers, seen = list(statuses), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?to=all", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_sms_is_posted_with_its_key_and_signed():
    with a_gateway(202) as (url, seen):
        assert SmsHttp(url, SECRET).send(ONE) == "http 202"
    headers, body = seen[0]
    assert json.loads(body) == {"id": ONE.key, "to": ONE.to, "text": ONE.body}
    assert headers["Idempotency-Key"] == ONE.key
    sealed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Zjcs-Signature"] == f"sha256={sealed}"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (404, RefusedError),
        (401, DownError),
        (429, DownError),
        (500, DownError),
        (503, DownError),
        (301, DownError),
        (307, DownError),
    ],
)
def test_what_a_gateway_answers_and_that_no_redirect_is_followed(status, error):
    with a_gateway(status) as (url, seen), pytest.raises(error, match=str(status)):
        SmsHttp(url, SECRET).send(ONE)
    assert len(seen) == 1


def test_a_gateway_that_is_not_there_is_down_and_shows_nothing():
    with a_gateway() as (url, _):
        pass
    way = SmsHttp(url, SECRET)
    with pytest.raises(DownError) as caught:
        way.send(ONE)
    assert "http: " in str(caught.value)
    for shown in (repr(way), str(caught.value)):
        assert SECRET not in shown
        assert ONE.to not in shown


def test_a_folder_holds_each_sms_once(tmp_path):
    way = SmsFolder(tmp_path / "sms")
    assert way.send(ONE) == "file"
    assert way.send(ONE) == "already there"
    (path,) = (tmp_path / "sms").iterdir()
    assert json.loads(path.read_text("utf-8"))["text"] == ONE.body


def test_a_folder_that_cannot_be_written_is_down(tmp_path):
    (tmp_path / "sms").write_text("a file")
    with pytest.raises(DownError, match="folder"):
        SmsFolder(tmp_path / "sms").send(ONE)


class Box:
    """What a mail server received; it answers as the test says."""

    def __init__(self, answer="250 OK", at_rcpt="250 OK"):
        self.answer, self.at_rcpt, self.got = answer, at_rcpt, []

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, server, session, envelope, address, options
    ):
        if self.at_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's own name
        self.got.append(envelope)
        return self.answer


class AnyPort(Controller):
    """A controller on whatever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_mail_server(box):
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def mail(port):
    return Mail("127.0.0.1", port, "none", "", "", "zjcs@mail.example")


def test_an_email_says_what_it_is():
    box = Box()
    with a_mail_server(box) as port:
        assert mail(port).send(Outgoing(**_facts(to="li@example.cn"))) == "smtp 250"
    (envelope,) = box.got
    found = message_from_bytes(envelope.content)
    assert envelope.rcpt_tos == ["li@example.cn"]
    assert str(make_header(decode_header(found["Subject"]))) == "案件已告知"
    assert found["Message-ID"] == f"<{ONE.key}@mail.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_payload(decode=True).decode().strip() == "请陈述申辩。"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"answer": "554 no"}, RefusedError),
        ({"answer": "451 later"}, GatewayError),
        ({"at_rcpt": "550 nobody"}, RefusedError),
        ({"at_rcpt": "450 later"}, GatewayError),
    ],
)
def test_what_a_mail_server_refuses_now_and_what_for_ever(answers, error):
    with a_mail_server(Box(**answers)) as port, pytest.raises(GatewayError) as caught:
        mail(port).send(Outgoing(**_facts(to="li@example.cn")))
    assert type(caught.value) is error


def test_a_mail_server_without_starttls_is_not_told_the_password():
    box = Box()
    with a_mail_server(box) as port:
        way = Mail("127.0.0.1", port, "starttls", "zjcs", SECRET, "zjcs@mail.example")
        with pytest.raises(DownError) as caught:
            way.send(Outgoing(**_facts(to="li@example.cn")))
    assert box.got == []
    assert SECRET not in f"{way!r} {caught.value}"


def test_a_name_that_breaks_out_of_its_header_is_refused():
    with a_mail_server(Box()) as port, pytest.raises(RefusedError):
        mail(port).send(Outgoing(**_facts(to="li@example.cn", subject="a\nBcc: all@example.cn")))


def _facts(**differences):
    return {
        name: getattr(ONE, name) for name in ("key", "to", "subject", "body", "at")
    } | differences


def test_the_configuration_names_the_channels(tmp_path):
    assert gateways(Config()) == {}
    found = gateways(Config(smtp_host="m", smtp_from="a@b", sms_dir=tmp_path))
    assert set(found) == {Channel.EMAIL, Channel.SMS}
    assert isinstance(gateways(Config(sms_url="http://g", sms_key="k"))[Channel.SMS], SmsHttp)
