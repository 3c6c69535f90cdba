"""Tokens are shown once, kept as hashes, limited by scope and time, and end at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from publisher.desk.token import PREFIX, Scope, Tokens
from publisher.error import Invalid, NotFound
from publisher.store.memory import MemoryStore
from tests.tool.running import publisher

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Ring:
    """The tokens of a memory store, and a clock that can be set."""

    def __init__(self) -> None:
        self.now = NOON
        self.store = MemoryStore()
        self.tokens = Tokens(self.store, lambda: self.now)


async def test_a_secret_finds_its_token():
    ring = Ring()
    made, secret = await ring.tokens.create("cms", (Scope.WRITE,))
    assert await ring.tokens.of(secret) == made
    assert made.name == "cms"


async def test_no_two_secrets_are_alike_and_each_has_256_random_bits():
    ring = Ring()
    secrets = {(await ring.tokens.create(f"t{number}", (Scope.READ,)))[1] for number in range(20)}
    assert len(secrets) == 20
    assert all(len(each.split("_", 2)[2]) == 43 for each in secrets)


async def test_d26_the_store_holds_no_secret():
    ring = Ring()
    _, secret = await ring.tokens.create("cms", (Scope.WRITE,))
    kept = b"".join(value for _, value in await ring.store.recall_all(PREFIX))
    assert secret.encode() not in kept
    assert secret.split("_", 2)[2].encode() not in kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: "",
        lambda secret: secret[:-1],
        lambda secret: secret + "A",
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: "pub_" + "0" * 12 + secret[16:],
        lambda secret: secret.upper(),
        lambda secret: secret + "\n",
        lambda secret: "\udcff" + secret,
        lambda secret: "x" * 100_000,
    ],
)
async def test_d26_nothing_but_the_secret_opens(spoil):
    ring = Ring()
    _, secret = await ring.tokens.create("cms", (Scope.WRITE,))
    assert await ring.tokens.of(spoil(secret)) is None


async def test_a_token_ends_when_it_expires():
    ring = Ring()
    _, secret = await ring.tokens.create("guest", (Scope.READ,), NOON + timedelta(hours=1))
    assert await ring.tokens.of(secret)
    ring.now += timedelta(hours=1)
    assert await ring.tokens.of(secret) is None


async def test_a_revoked_token_is_refused_from_then_on():
    ring = Ring()
    made, secret = await ring.tokens.create("cms", (Scope.WRITE,))
    assert await ring.tokens.revoke("cms") == made
    assert await ring.tokens.of(secret) is None
    with pytest.raises(NotFound, match="no token 'cms'"):
        await ring.tokens.revoke("cms")


async def test_of_two_tokens_with_one_name_the_id_says_which():
    ring = Ring()
    first, _ = await ring.tokens.create("cms", (Scope.READ,))
    await ring.tokens.create("cms", (Scope.READ,))
    with pytest.raises(Invalid, match="2 tokens are named 'cms'"):
        await ring.tokens.revoke("cms")
    assert await ring.tokens.revoke(first.id) == first


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.MEDIA, {Scope.READ, Scope.MEDIA}),
        (Scope.WRITE, {Scope.READ, Scope.WRITE}),
        (Scope.ADMIN, set(Scope)),
    ],
)
async def test_d26_a_scope_allows_what_it_includes_and_no_more(given: Scope, allowed: set[Scope]):
    made, _ = await Ring().tokens.create("cms", (given,))
    assert {each for each in Scope if made.allows(each)} == allowed


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_a_token_needs_a_name(name: str):
    with pytest.raises(Invalid, match="needs a name"):
        await Ring().tokens.create(name, (Scope.READ,))


async def test_a_token_can_not_have_expired_already():
    with pytest.raises(Invalid, match="future"):
        await Ring().tokens.create("cms", (Scope.READ,), NOON)


def test_the_command_makes_lists_and_revokes_a_token(tmp_path: Path):
    site = tmp_path / "site"
    assert publisher("init", site).returncode == 0
    made = publisher("token", "create", "--name", "cms", "--scope", "write", "--site", site)
    secret = made.stdout.strip()
    assert secret.startswith("pub_"), made.stderr
    listed = publisher("token", "list", "--json", "--site", site)
    (row,) = orjson.loads(listed.stdout)
    assert (row["name"], row["scopes"], row["expires"]) == ("cms", ["write"], None)
    assert secret not in listed.stdout
    assert "is revoked" in publisher("token", "revoke", "cms", "--site", site).stdout
    assert orjson.loads(publisher("token", "list", "--json", "--site", site).stdout) == []
