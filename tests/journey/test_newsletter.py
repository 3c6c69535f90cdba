"""From the form on a page to the mail and out: the real command, a real mail server, a browser without scripts."""

import asyncio
import contextlib
import http.client
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from publisher.date import now
from publisher.store.sqlite_newsletter import SqliteNewsletter
from tests.audience.editor import ADDRESS, link
from tests.tool import axe
from tests.tool.mail_server import MailServer, mail_server
from tests.tool.running import environment, publisher, running

ARTICLE = "---\ntitle: {}\nsection: reviews\ndescription: What to carry.\n---\nWhat to carry at night.\n"


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def site(server: MailServer, free_port: int, tmp_path: Path) -> Path:
    """A site that sends by the server."""
    folder = tmp_path / "site"
    assert publisher("init", folder, "--title", "The Lamp").returncode == 0
    settings = f"""
base_url = "http://127.0.0.1:{free_port}"
port = {free_port}
newsletter_from = "The Lamp <news@lamp.example>"
smtp_host = "127.0.0.1"
smtp_port = {server.port}
smtp_security = "none"
"""
    (folder / "site.toml").write_text(settings + (folder / "site.toml").read_text())
    return folder


async def command(*arguments: str | Path) -> str:
    """What a command says, while the mail server goes on."""
    done = await asyncio.to_thread(publisher, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def publish(site: Path, title: str) -> None:
    file = site.parent / f"{title.lower()}.md"
    await asyncio.to_thread(file.write_text, ARTICLE.format(title))
    await command("publish", file, "--site", site)


def click_once(base: str, path: str) -> int:
    """What a mail program's button does (RFC 8058)."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, "List-Unsubscribe=One-Click", form)
    return connection.getresponse().status


async def test_sign_up_confirm_read_and_leave(site: Path, server: MailServer, browser: Browser):
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    with running("serve", site) as served:
        await page.goto(served.base)
        await page.fill("form.newsletter [type=email]", ADDRESS)
        await page.click("form.newsletter button")
        assert page.url == f"{served.base}/newsletter/sent/"
        (asked,) = await server.arrived(1)
        await page.goto(served.base + link(asked.part("plain")))
        assert await page.inner_text("h1") == "Get the newsletter?"
        await page.click("form.ask button")
        assert await page.inner_text("h1") == "You’re in"

        await publish(site, "Lantern")
        await command("newsletter", "send", "--site", site)
        issue = (await server.arrived(2))[1]
        assert (issue.to, issue.message["Subject"]) == (ADDRESS, "Lantern")
        assert f"{served.base}/reviews/lantern/" in issue.part("html")
        assert issue.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert await command("newsletter", "subscribers", "--count", "--site", site) == "1\n"

        leave = link(issue.message["List-Unsubscribe"])
        assert await asyncio.to_thread(click_once, served.base, leave) == 200
        assert await command("newsletter", "subscribers", "--count", "--site", site) == "0\n"
        await publish(site, "Map")
        await command("newsletter", "send", "--site", site)
        assert len(server.mails) == 2
    assert ADDRESS not in "".join(served.lines)
    files = await asyncio.to_thread(lambda: [each.name for each in site.iterdir() if ADDRESS.encode() in read(each)])
    assert files == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
async def test_the_forms_are_accessible_and_fit_the_screen(site: Path, browser: Browser, scheme: str, width: int):
    dark = "dark" if scheme == "dark" else "light"
    context = await browser.new_context(color_scheme=dark, viewport={"width": width, "height": 800})
    page = await context.new_page()
    with running("serve", site) as served:
        for path in ("/", "/newsletter/", "/newsletter/sent/"):
            await page.goto(served.base + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            found = await axe.violations(page)
            assert not found, "\n".join(map(str, found))


def read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@pytest.mark.asyncio(loop_scope="session")
async def test_a_killed_issue_is_continued_and_nobody_gets_it_twice(site: Path, server: MailServer):
    addresses = [f"r{number}@example.org" for number in range(5)]
    await subscribe(site, addresses)
    await publish(site, "Lantern")
    server.data = lambda address: "stall" if len(server.mails) == 2 else ""
    arguments = [sys.executable, "-m", "publisher", "newsletter", "send", "--site", str(site)]
    sending = await asyncio.create_subprocess_exec(*arguments, env=environment(), stderr=subprocess.DEVNULL)
    async with asyncio.timeout(120):
        await server.stalled.wait()
    os.kill(sending.pid, signal.SIGKILL)
    await sending.wait()
    server.data = lambda address: ""

    assert "a running server sends 2 mails" in await command("newsletter", "send", "--site", site)
    let_the_lease_end(site)
    assert "2 mails sent" in await command("newsletter", "send", "--site", site)
    assert len({each.to for each in server.mails}) == len(server.mails) == 4
    said = await command("newsletter", "status", "--site", site)
    assert [line.split()[-1] for line in said.splitlines()[-4:]] == ["4", "0", "1", "0"]


async def subscribe(site: Path, addresses: list[str]) -> None:
    store = SqliteNewsletter(site / "newsletter.db")
    await store.open()
    for each in addresses:
        await store.ask(each, now())
        letter = await store.take("test", now())
        assert letter
        await store.confirm(letter.reader, now())
    await store.release("test")
    await store.close()
    with contextlib.closing(sqlite3.connect(site / "newsletter.db", isolation_level=None)) as db:
        db.execute("DELETE FROM letter")


def let_the_lease_end(site: Path) -> None:
    """Two minutes go by."""
    with contextlib.closing(sqlite3.connect(site / "newsletter.db", isolation_level=None)) as db:
        db.execute("UPDATE lease SET until = 0")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_dry_run_sends_nothing_and_writes_what_would_be_sent(site: Path, server: MailServer):
    await subscribe(site, [ADDRESS])
    await publish(site, "Lantern")
    done = await asyncio.to_thread(publisher, "newsletter", "send", "--dry-run", "--site", site, cwd=site)
    assert "1 new articles would go to 1 readers" in done.stdout
    mail = await asyncio.to_thread((site / "newsletter.eml").read_text)
    assert "Subject: Lantern" in mail
    assert ADDRESS not in mail
    assert server.mails == []
    for name in ("preview", "status", "forget", "subscribers"):
        assert "Example" in await command("newsletter", name, "--help")


async def test_without_a_newsletter_the_commands_say_what_to_set(tmp_path: Path):
    publisher("init", tmp_path / "site")
    done = await asyncio.to_thread(publisher, "newsletter", "send", "--site", tmp_path / "site")
    assert (done.returncode, "newsletter_from" in done.stderr) == (1, True)
    assert "off" in await command("newsletter", "status", "--site", tmp_path / "site")
    done = await asyncio.to_thread(publisher, "newsletter", "forget", ADDRESS, "--site", tmp_path / "site")
    assert done.returncode == 1
    assert not (tmp_path / "site" / "newsletter.db").exists()
