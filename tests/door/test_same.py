"""The door answers nothing that the ordinary handler would not: both get the same bytes, and say the same."""

import random

import pytest

from tests.door.street import DOCUMENTS, street

LINES = [
    *(f"{method} {path} HTTP/1.1" for method in ("GET", "HEAD") for path in DOCUMENTS),
    "GET /feeds/all.rss HTTP/1.1",
    "GET /feeds/all.rss HTTP/1.1",
    "GET /search/?q=tide HTTP/1.1",
    "GET /?utm_source=x HTTP/1.1",
    "GET /#top HTTP/1.1",
    "GET /nothing HTTP/1.1",
    "GET /old/ HTTP/1.1",
    "GET /gone/ HTTP/1.1",
    "GET //story// HTTP/1.1",
    "GET /story HTTP/1.1",
    "GET /../ HTTP/1.1",
    "GET /%2e/ HTTP/1.1",
    "GET http://localhost/ HTTP/1.1",
    "GET http://evil.example/ HTTP/1.1",
    "GET / HTTP/1.0",
    "GET / HTTP/0.9",
    "GET / HTTP/2.0",
    "GET / HTTP/1.2",
    "GET / http/1.1",
    "GET /",
    "GET  / HTTP/1.1",
    "GET / HTTP/1.1 ",
    " GET / HTTP/1.1",
    "get / HTTP/1.1",
    "GET /\t HTTP/1.1",
    "GET / HTTP/1.1\r",
    "POST / HTTP/1.1",
    "PUT /story/ HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "CONNECT localhost:80 HTTP/1.1",
    "PRI * HTTP/2.0",
    "DELETE / HTTP/1.1",
    "TRACE / HTTP/1.1",
    f"GET /{'a' * 8100} HTTP/1.1",
    "",
]
HOSTS = [
    *["Host: 127.0.0.1:8080"] * 6,
    "host: localhost",
    "HOST:localhost",
    "Host:  127.0.0.1 \t",
    "Host: evil.example",
    "Host: ",
    "Host : localhost",
    "Host: localhost\r\nHost: localhost",
    "Host: localhost, evil.example",
    "X: y",
    "Host: www.127.0.0.1",
]
FIELDS = [
    "Accept-Encoding: gzip",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Encoding: gzip;q=0, *;q=0.1",
    "Accept-Encoding: identity;q=0",
    "accept-encoding:BR",
    "Accept-Encoding: gzip\r\nAccept-Encoding: br",
    'If-None-Match: "ETAG"',
    'If-None-Match: W/"ETAG-gzip"',
    'If-None-Match: "no", "ETAG"',
    "If-None-Match: *",
    "If-None-Match: known",
    'If-None-Match: "ETAG"\r\nIf-None-Match: "no"',
    "If-Modified-Since: Mon, 23 Nov 2026 12:00:00 GMT",
    "If-Modified-Since: Mon, 23 Nov 2026 11:00:00 GMT",
    "If-Modified-Since: never",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Dest: image",
    "A-IM: feed",
    "A-IM: feed\r\nIf-None-Match: known",
    "Range: bytes=0-9",
    'If-Range: "ETAG"',
    'If-Match: "ETAG"',
    'If-Match: "no"',
    "If-Unmodified-Since: Mon, 23 Nov 2026 11:00:00 GMT",
    "If-Modified-Since: Monday, 23-Nov-26 12:00:00 GMT",
    "If-Modified-Since: Mon Nov 23 12:00:00 2026",
    'If-None-Match: ,"no",,"ETAG"',
    "Connection: keep-alive",
    "Connection: Keep-Alive",
    "Connection: close",
    "Connection: keep-alive, close",
    "Connection: Upgrade\r\nUpgrade: websocket",
    "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA",
    "Connection: TE",
    "Proxy-Connection: close",
    "Keep-Alive: timeout=5",
    "Upgrade: foo",
    "Expect: 100-continue",
    "Expect: everything",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 0\r\nContent-Length: 5",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding:\x0bchunked",
    "Content-Type: text/plain\r\nContent-Type: text/html",
    "Content-Encoding: gzip",
    "TE: trailers",
    "Trailer: X",
    "Authorization: Basic eDp5",
    "Cookie: a=b; c=d",
    "User-Agent: reader/1.0 (12 subscribers)",
    "User-Agent: a\r\nUser-Agent: b",
    "Max-Forwards: 3\r\nMax-Forwards: 3",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https",
    "X-HTTP-Method-Override: DELETE",
    "Cache-Control: no-cache",
    "Pragma: no-cache",
    "X-Empty:",
    "X-Long: " + "y" * 3000,
    "X-Too-Long: " + "y" * 9000,
    "\r\n".join(f"X-{number}: {number}" for number in range(140)),
    "X-Folded: a\r\n b",
    " X-Indented: a",
    "X-Nul: a\0b",
    "X-Bare: a\nY: b",
    "X-Return: a\rb",
    "X-Latin: caf\xe9",
    "X-Del: \x7f",
    "X-Tab:\ta\tb\t",
    "Bad Name: x",
    "Bad(Name: x",
    ": nothing",
    "nothing",
    "X-\xe9: y",
]
BODIES = [*[""] * 12, "hello", "5\r\nhello\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\n", "\0"]
NOISE = b'\0\t\n\r !"#%:;,./0aAzZ\x7f\x80\xff'


def head(chance: random.Random, etag: str) -> bytes:
    fields = chance.sample(FIELDS, chance.choice((0, 0, 1, 1, 2, 2, 3, 4)))
    lines = [chance.choice(HOSTS), *fields]
    if chance.random() < 0.2:
        chance.shuffle(lines)
    text = "\r\n".join([chance.choice(LINES), *lines]).replace("ETAG", etag) + "\r\n\r\n" + chance.choice(BODIES)
    return text.encode("latin-1")


def plain_head(chance: random.Random, etag: str) -> bytes:
    """A request that the door takes, more often than not."""
    fields = [each for each in chance.sample(FIELDS[:12], 2) if chance.random() < 0.7]
    path = chance.choice(("/", "/feeds/all.rss", "/feeds/all.rss", "/story/", "/empty", "/nothing"))
    text = "\r\n".join([f"{chance.choice(('GET', 'HEAD'))} {path} HTTP/1.1", "Host: localhost", *fields]) + "\r\n\r\n"
    return text.replace("ETAG", etag).encode()


def spoilt(chance: random.Random, request: bytes) -> bytes:
    place = chance.randrange(len(request))
    noise = bytes([chance.choice(NOISE)])
    return chance.choice(
        (
            request[:place] + noise + request[place + 1 :],
            request[:place] + noise + request[place:],
            request[:place] + request[place + 1 :],
            request.replace(b"\r\n", b"\n", 1),
        )
    )


def made(chance: random.Random, etag: str) -> bytes:
    shape = chance.random()
    if shape < 0.25:
        return head(chance, etag)
    if shape < 0.5:
        return plain_head(chance, etag)
    if shape < 0.8:
        return spoilt(chance, plain_head(chance, etag) if chance.random() < 0.6 else head(chance, etag))
    return b"".join(
        chance.choice((plain_head, plain_head, head))(chance, etag) for _ in range(chance.choice((2, 3, 5)))
    )


def etag_of(it, path="/feeds/all.rss"):
    return it.press.cache.get(path).answer.document.etag


@pytest.mark.parametrize("seed", range(4))
async def test_thousands_of_whole_requests_get_the_same_answer(seed: int):
    chance = random.Random(seed)
    async with street() as it:
        for _ in range(1000):
            request = made(chance, etag_of(it))
            ours, theirs = await it.both(request)
            assert ours == theirs, request
        assert it.gate.counts.hits > 150
        assert it.gate.counts.handed > 300


@pytest.mark.parametrize("seed", range(2))
async def test_requests_in_a_row_on_one_connection_get_the_same_answers(seed: int):
    chance = random.Random(1000 + seed)
    async with street() as it:
        for _ in range(150):
            requests = [chance.choice((made, plain_head, plain_head))(chance, etag_of(it)) for _ in range(6)]
            ours, theirs = await it.both(*requests)
            assert ours == theirs, requests
        assert it.gate.counts.hits > 80


@pytest.mark.parametrize("seed", range(2))
async def test_requests_that_come_again_get_the_same_answers(seed: int):
    chance = random.Random(3000 + seed)
    async with street() as it:
        for _ in range(100):
            few = [plain_head(chance, etag_of(it)) for _ in range(2)] + [made(chance, etag_of(it))]
            requests = [chance.choice(few[: chance.choice((1, 2, 2, 3))]) for _ in range(8)]
            ours, theirs = await it.both(*requests)
            assert ours == theirs, requests
        assert it.gate.counts.hits > 200


async def test_requests_split_at_every_byte_get_the_same_answer():
    chance = random.Random(7)
    async with street() as it:
        for _ in range(25):
            request = made(chance, etag_of(it))[:400]
            for place in range(1, len(request)):
                ours, theirs = await it.both(request[:place], request[place:])
                assert ours == theirs, (place, request)


async def test_every_field_beside_a_hit_gets_the_same_answer():
    async with street() as it:
        for field in FIELDS:
            for path in ("/", "/feeds/all.rss"):
                text = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{field}\r\n\r\n".replace("ETAG", etag_of(it, path))
                ours, theirs = await it.both(text.encode("latin-1"))
                assert ours == theirs, text


@pytest.mark.parametrize("seed", range(2))
async def test_clients_that_send_no_more_get_the_same_answers_and_the_end(seed: int):
    chance = random.Random(2000 + seed)
    async with street() as it:
        for _ in range(400):
            request = made(chance, etag_of(it))
            request = request[: chance.choice((len(request), len(request), chance.randrange(1, len(request))))]
            client = it.door()
            ours = await it.ask_and_end(client, request)
            assert client.closed, request
            assert ours == await it.without_table(request), request
            if chance.random() < 0.5:
                plain = it.plain()
                theirs = await it.ask(plain, request)
                plain.close()  # or the end would wait for what is missing
                assert ours == theirs or (ours.startswith(theirs) and b" 400 " in ours[len(theirs) :]), request
        assert it.gate.counts.hits > 50
