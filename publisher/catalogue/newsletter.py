"""The newsletter's pages: sign up, and what is said at each step. None of them names an address or a reader.

So each is one document for everybody: a link's token stays in the address bar, and a form without an action
sends it back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType

import msgspec

from publisher.catalogue import box
from publisher.catalogue.base import Call, Context, kind
from publisher.catalogue.page import autodiscovery, respond
from publisher.error import NotFound
from publisher.format import head as heads
from publisher.format import language as tongue
from publisher.format import letter_word, page
from publisher.format.letter_word import LetterWords
from publisher.model import Document

PATH = "/newsletter/"
SENT = "/newsletter/sent/"
STEP = "/_/newsletter/"
"""Pages that answer under other addresses, by step."""


class Step(msgspec.Struct, frozen=True):
    """What a page says: fields of `LetterWords`; its status; whether it asks for an address or for a yes."""

    title: str
    text: str
    status: int = 200
    button: str = ""
    asks_address: bool = False


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "sent": Step("sent_title", "sent_text"),
        "confirm": Step("confirm_title", "confirm_text", button="ask_button"),
        "confirmed": Step("confirmed_title", "confirmed_text"),
        "leave": Step("leave_title", "leave_text", button="leave"),
        "left": Step("left_title", "left_text"),
        "wrong": Step("wrong_title", "wrong_text", 422, asks_address=True),
        "many": Step("many_title", "many_text", 429),
        "expired": Step("expired_title", "expired_text", 410, asks_address=True),
    }
)


async def sign_up(context: Context, call: Call) -> Document:
    """The page with the form; there while there is a newsletter."""
    words = tongue.words(context.site.language)
    return await _page(context, call, words.newsletter, words.newsletter_text, words.sign_up, asks_address=True)


async def sent(context: Context, call: Call) -> Document:
    """What is said after signing up, whatever became of it."""
    return await _step(context, call, STEPS["sent"])


async def step(context: Context, call: Call) -> Document:
    """A page that stands at no address of its own."""
    chosen = STEPS.get(call.groups["step"])
    if chosen is None:
        raise NotFound(f"nothing is published at {call.path}")
    return await _step(context, call, chosen)


async def _step(context: Context, call: Call, chosen: Step) -> Document:
    words = letter_word.words(context.site.language)
    button = _said(context, words, chosen.button) if chosen.button else ""
    if chosen.asks_address:
        button = tongue.words(context.site.language).sign_up
    title, text = _said(context, words, chosen.title), _said(context, words, chosen.text)
    made = await _page(context, call, title, text, button, asks_address=chosen.asks_address)
    return msgspec.structs.replace(made, status=chosen.status)


def _said(context: Context, words: LetterWords, name: str) -> str:
    sentence: str = getattr(words, name)
    return sentence.format(context.site.title)


async def _page(
    context: Context, call: Call, title: str, text: str, button: str, *, asks_address: bool = False
) -> Document:
    if not context.settings.has_newsletter:
        raise NotFound("there is no newsletter")
    frame = await box.frame(context)
    head = heads.head_of_list(context.site, title, text, PATH, feeds=autodiscovery(context), noindex=True)
    pieces = page.newsletter(context.templates, frame, head, title, text, button, asks_address=asks_address)
    body = await context.slices.text(pieces)
    return respond(context, call.path, body, head, frozenset())


async def paths(context: Context) -> AsyncIterator[str]:
    """The page with the form."""
    if context.settings.has_newsletter:
        yield PATH


KINDS = (
    kind("newsletter", "/newsletter/", sign_up, paths),
    kind("newsletter sent", SENT, sent),
    kind("newsletter step", r"/_/newsletter/(?P<step>[a-z]+)", step),
)
