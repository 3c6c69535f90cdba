"""Tokens: who may write. A secret is shown once; the store keeps its SHA-256 only.

A secret is 256 random bits, so one fast hash is enough (no password could be guessed from it), and
its first part names the token: finding it is one read, comparing it takes the same time whatever is wrong.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime

import msgspec

from publisher import text
from publisher.date import Clock
from publisher.error import Invalid, NotFound
from publisher.store.port import Store

PREFIX = "token/"
NAME_LIMIT = 100
_SHAPE = re.compile(r"pub_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Scope(enum.StrEnum):
    """What a token allows; each includes what stands before it, `MEDIA` reading only."""

    READ = "read"
    MEDIA = "media"
    WRITE = "write"
    ADMIN = "admin"


_INCLUDED = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.MEDIA: frozenset({Scope.READ, Scope.MEDIA}),
    Scope.WRITE: frozenset({Scope.READ, Scope.WRITE}),
    Scope.ADMIN: frozenset(Scope),
}


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is kept: everything but its secret."""

    id: str
    name: str
    digest: bytes
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether one of its scopes is or includes that one."""
        return any(scope in _INCLUDED[each] for each in self.scopes)


_NOBODY = hashlib.sha256(b"").digest()


class Tokens:
    """Makes, checks and revokes the tokens of a site."""

    def __init__(self, store: Store, clock: Clock, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.store = store
        self.clock = clock
        self._random = random

    async def create(self, name: str, scopes: tuple[Scope, ...], expires: datetime | None = None) -> tuple[Token, str]:
        """A new token and its secret, which nobody can be shown again. Raises Invalid."""
        name = text.line(name)
        if not name or len(name) > NAME_LIMIT or not scopes:
            raise Invalid(f"name: a token needs a name of 1 to {NAME_LIMIT} characters and at least one scope")
        if expires and expires <= self.clock():
            raise Invalid("expires: must be in the future")
        id = self._random(6).hex()
        secret = f"pub_{id}_{_spelt(self._random(32))}"
        given = tuple(sorted(set(scopes), key=list(Scope).index))
        token = Token(id=id, name=name, digest=_digest(secret), scopes=given, created=self.clock(), expires=expires)
        await self.store.remember(PREFIX + id, msgspec.msgpack.encode(token))
        return token, secret

    async def all(self) -> tuple[Token, ...]:
        """Every token, oldest first."""
        found = [_token(value) for _, value in await self.store.recall_all(PREFIX)]
        return tuple(sorted(found, key=lambda each: (each.created, each.id)))

    async def revoke(self, name: str) -> Token:
        """End a token, by its id or its name; it is refused from the next request on. Raises NotFound, Invalid."""
        found = [each for each in await self.all() if name in (each.id, each.name)]
        if not found:
            raise NotFound(f"there is no token {name!r}; see publisher token list")
        if len(found) > 1:
            raise Invalid(f"{len(found)} tokens are named {name!r}; say which by its id")
        await self.store.forget(PREFIX + found[0].id)
        return found[0]

    async def of(self, secret: str) -> Token | None:
        """Whose secret this is; None for a wrong, revoked or expired one."""
        shape = _SHAPE.fullmatch(secret)
        kept = await self.store.recall(PREFIX + shape[1]) if shape else None
        token = _token(kept) if kept else None
        is_right = hmac.compare_digest(token.digest if token else _NOBODY, _digest(secret))
        if token is None or not is_right or (token.expires and token.expires <= self.clock()):
            return None
        return token


def _token(value: bytes) -> Token:
    return msgspec.msgpack.decode(value, type=Token)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _spelt(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
