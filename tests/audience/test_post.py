"""The way to the mail server: TLS that is checked, a login, and what is said when either fails."""

import ssl
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from publisher.audience import post
from publisher.audience.post import Post, PostFailed
from publisher.error import InvalidSetting
from publisher.mailbox import Sender
from publisher.setting import Settings
from publisher.store.newsletter import Outcome
from tests.tool.debian import find_program
from tests.tool.mail_server import MailServer, mail_server

SENDER = Sender("The Line", "news@line.example")
LETTER = b"Subject: x\r\n\r\n.dots\r\n..\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts, with its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", f"{file}.key", "-out", f"{file}.crt"]
    subprocess.run([find_program("openssl"), *made.split(), *files], check=True, capture_output=True)
    file.write_bytes(Path(f"{file}.key").read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


def guarded(certificate: Path, password: str = "secret") -> dict[str, Any]:
    """A server that wants STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"me", password.encode()), handled=False)

    return {"tls_context": context, "require_starttls": True, "authenticator": check, "auth_required": True}


async def send(server: MailServer, **settings: Any) -> Outcome:
    values = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_user": "me", "smtp_password": "secret"}
    async with Post(Settings(**(values | settings)), SENDER).session() as session:
        return await session.send("reader@example.org", LETTER)


async def test_a_letter_goes_by_checked_tls_and_login(certificate: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(**guarded(certificate)) as server:
        assert await send(server) is Outcome.SENT
        (mail,) = server.mails
        assert mail.raw.rstrip() == LETTER.rstrip()


async def test_a_certificate_that_nobody_trusts_is_refused(certificate: Path):
    async with mail_server(**guarded(certificate)) as server:
        with pytest.raises(PostFailed, match="can't be used"):
            await send(server)
        assert server.mails == []


async def test_a_wrong_password_is_no_addresss_fault(certificate: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(**guarded(certificate)) as server:
        with pytest.raises(PostFailed, match="code 535") as raised:
            await send(server, smtp_password="wrong")
        assert "wrong" not in str(raised.value)


async def test_a_server_without_tls_is_not_spoken_to_unless_that_is_set():
    async with mail_server() as server:
        with pytest.raises(PostFailed):
            await send(server, smtp_user="", smtp_password="")
        assert await send(server, smtp_user="", smtp_password="", smtp_security="none") is Outcome.SENT


async def test_a_refused_sender_is_no_addresss_fault():
    async with mail_server() as server:
        server.sender = lambda address: "550 5.7.1 you may not"
        with pytest.raises(PostFailed, match="refuses our sender"):
            await send(server, smtp_user="", smtp_password="", smtp_security="none")


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(post, "smtp", None)
    with pytest.raises(InvalidSetting, match=r"pip install 'publisher\[mail\]'"):
        Post(Settings(), SENDER)


def test_an_error_is_told_without_an_address():
    assert post.said(SimpleNamespace(code=550, message="reader@example.org")) == "code 550"  # type: ignore[arg-type]
    assert post.said(OSError("reader@example.org")) == "OSError"
