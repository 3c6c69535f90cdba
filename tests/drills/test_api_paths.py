"""Drill 22 over HTTP: no path, name or address that a client sends reads or writes outside of the site's folder."""

import http.client
import json
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.api.test_rest import picture
from tests.tool.running import Running, publisher, running

UP = [
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "....//....//etc/passwd",
    "%2e%2e%2f%2e%2e%2fx",
]
SECRET = "the-secret-of-a-neighbour"


def send(server: Running, method: str, path: str, secret: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    parts = urlsplit(server.base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Authorization": f"Bearer {secret}"} | named)
    response = connection.getresponse()
    try:
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.drill
def test_d22_nothing_is_read_or_written_outside(tmp_path: Path):
    site, neighbour = tmp_path / "site", tmp_path / "neighbour.txt"
    neighbour.write_text(SECRET)
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "x", "--scope", "admin", "--site", site).stdout.strip()
    before = set(tmp_path.iterdir())
    answers: list[bytes] = []
    with running("serve", site, "--port", "0") as server:
        for name in [*UP, "../neighbour.txt", str(neighbour)]:
            sent = {"Content_Type": "image/png", "Content_Disposition": f'attachment; filename="{name}"'}
            status, body = send(server, "POST", "/api/media", secret, picture(), **sent)
            assert status == 201, body
            assert not {"/", "\\"} & set(json.loads(body)["name"])
            fields = {
                "title": "x", "path": "/" + name.lstrip("/"), "slug": name, "hero": {"src": f"/media/{name}"},
                "html": f"<img src='file://{name}'><img src='/media/../{name}'>", "status": "published",
            }  # fmt: skip
            status, body = send(
                server, "POST", "/api/articles", secret, json.dumps(fields).encode(), Content_Type="application/json"
            )
            assert status in (201, 409, 422), body
            for root in ("/media/", "/static/", "/api/media/", "/_/preview/page/", "/api/articles/by-source/a/"):
                answers += [send(server, "GET", root + each, secret, b"")[1] for each in (name, quote(name, safe=""))]
    assert not any(SECRET.encode() in each or b"root:x:" in each for each in answers)
    assert set(tmp_path.iterdir()) == before
    kept = [each.name for each in (site / "media").rglob("*") if each.is_file()]
    assert kept == ["original.png"], "one picture, under our own name"
