"""What templates see: plain frozen values, finished text only.

A template prints fields and loops; it computes nothing and formats nothing. Every field that a
template may name is documented here, and `docs/templates.md` is made of these very sentences.
"""

from __future__ import annotations

from typing import TypedDict

import msgspec

from publisher.format.head import Head
from publisher.format.letter_view import Letter
from publisher.format.word import Words


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the menu, the footer, the social row or a list of links."""

    title: str
    """What the link says."""
    url: str
    """Where it leads: a path of this site or an absolute URL."""
    is_current: bool = False
    """Whether the page shown is the one that it leads to, or stands below it."""
    hue: str = ""
    """Class of the section's colour (`hue-0` to `hue-7`), empty for a link that is no section."""
    count: str = ""
    """How many articles stand behind it, as text; empty when that isn't told."""
    text: str = ""
    """A sentence on what stands behind it; may be empty."""
    icon: str = ""
    """Name of its symbol in `icons.svg`, empty for none."""


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """One `<source>` of a picture: the same renditions in another coding."""

    media_type: str
    """Media type, such as `image/avif`."""
    srcset: str
    """Renditions with their widths."""


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, ready to be shown without moving the page."""

    src: str
    """Address of the rendition for browsers that know no `srcset`."""
    srcset: str = ""
    """Renditions with their widths; empty for a picture of another site."""
    sizes: str = ""
    """How wide it is drawn, as `sizes` says it."""
    width: int = 0
    """Width of the picture in pixels, 0 when unknown."""
    height: int = 0
    """Height of the picture in pixels, 0 when unknown."""
    alt: str = ""
    """What it shows, for those who can't see it."""
    caption: str = ""
    """What the editor says under it."""
    credit: str = ""
    """Whose it is."""
    codings: tuple[Coding, ...] = ()
    """Better codings of the same renditions, best first."""
    preload: Coding | None = None
    """The coding that browsers shall fetch at once; none for a picture that can wait."""
    is_small: bool = False
    """Whether it has too few pixels to be drawn as wide as the page."""


class Byline(msgspec.Struct, frozen=True, kw_only=True):
    """An author as a page names them."""

    name: str
    """The author's name."""
    url: str
    """Path of the author's page."""
    initial: str
    """First letter of the name, for a portrait where there is none."""
    avatar: str = ""
    """Address of a portrait; empty for none."""
    bio: str = ""
    """A sentence or two on the author."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it stands in a list."""

    title: str
    """Headline."""
    url: str
    """Path of its page."""
    dek: str = ""
    """One or two sentences under the headline."""
    section: Item | None = None
    """Its section, none for an article without one."""
    shot: Shot | None = None
    """Its picture."""
    authors: str = ""
    """Names of its authors, joined in its language."""
    date: str = ""
    """Date shown, in the page's language."""
    datetime: str = ""
    """The same instant for machines."""
    minutes: str = ""
    """`4 Mins Read` in the page's language, empty when unknown."""
    views: str = ""
    """`252 Views` in the page's language, empty for none."""
    language: str = ""
    """Its language when that isn't the page's, else empty."""
    direction: str = ""
    """Its writing direction when its language isn't the page's, else empty."""
    members: str = ""
    """`For members` in the page's language on a piece that only members may read whole, else empty."""


class Tale(msgspec.Struct, frozen=True, kw_only=True):
    """A web story as it stands in a strip."""

    title: str
    """Title of the story."""
    url: str
    """Path of its player."""
    shot: Shot | None = None
    """Its picture, cut upright; none for a story without one."""
    hue: str = ""
    """Class of its section's colour."""
    language: str = ""
    """Its language when that isn't the page's, else empty."""
    direction: str = ""
    """Its writing direction when its language isn't the page's, else empty."""


class Box(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """A titled group of cards: a section on the home page, Trending Now, Related Articles."""

    title: str
    """What it is called, in the page's language."""
    cards: tuple[Card, ...] = ()
    """Its articles, none twice on one page."""
    url: str = ""
    """Where all of them stand; empty when nowhere."""
    hue: str = ""
    """Class of the section's colour."""
    text: str = ""
    """A sentence on it; may be empty."""


class Pager(msgspec.Struct, frozen=True, kw_only=True):
    """The way through a long list."""

    text: str
    """`Page 2 of 9` in the page's language."""
    newer: str = ""
    """Path of the page before, empty on the first."""
    older: str = ""
    """Path of the page after, empty on the last."""


class Crumb(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way from the home page to this one."""

    title: str
    """What the step is called."""
    url: str
    """Path of that page."""


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses of the theme's files; each holds the hash of its bytes, so it may be kept for ever."""

    css: str
    """The style sheet."""
    script: str
    """The one script; nothing depends on it."""
    icons: str
    """The file of symbols."""
    icon: str
    """The icon as a drawing (SVG)."""
    touch: str
    """The icon as a picture of 180 pixels."""
    manifest: str = "/manifest.webmanifest"
    """The web application manifest."""


class Chrome(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What surrounds every page: masthead, menu, footer, and the words of the page's language."""

    title: str
    """Name of the site."""
    tagline: str
    """One line under the name; may be empty."""
    language: str
    """Language of the page, BCP 47."""
    direction: str
    """Writing direction of the page, `ltr` or `rtl`."""
    words: Words
    """The words of the interface, in the page's language."""
    shelf: Shelf
    """Addresses of the theme's files."""
    menu: tuple[Item, ...] = ()
    """Sections and whatever else the owner put into the menu."""
    footer: tuple[Item, ...] = ()
    """Static pages."""
    social: tuple[Item, ...] = ()
    """Profiles on other sites."""
    copyright: str = ""
    """Copyright line; may be empty."""
    version: str = ""
    """Release of Publisher."""
    newsletter: str = ""
    """Path that the newsletter's form is sent to; empty while there is no newsletter."""
    is_home: bool = False
    """Whether this is the home page."""
    hue: str = ""
    """Class of the colour of the section that the page belongs to."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """An article on its own page."""

    id: int
    """Number of the article, which the view counter is told."""
    title: str
    """Headline."""
    dek: str
    """The sentences under the headline; may be empty."""
    section: Item | None
    """Its section."""
    bylines: tuple[Byline, ...]
    """Its authors."""
    date: str
    """Date shown."""
    datetime: str
    """The same instant for machines, with the editor's offset."""
    updated: str
    """Date of the last significant edit, empty when that was on the day of publication."""
    updated_datetime: str
    """The same instant for machines."""
    minutes: str
    """`4 Mins Read`."""
    views: str
    """`252 Views`, empty for none."""
    hero: Shot | None
    """The picture above the text."""
    body: str
    """The text as sanitised HTML."""
    is_teaser: bool
    """Whether `body` is the beginning only, because the whole is for members."""
    source_name: str
    """Whom the article is credited to, empty for a piece of our own."""
    source_url: str
    """Where the original stands; may be empty."""
    correction: str
    """What was corrected since publication; may be empty."""
    tags: tuple[Item, ...]
    """Its tags."""
    share: tuple[Item, ...]
    """Plain links that share it."""
    url: str
    """Its absolute address, for copying."""
    story: Tale | None
    """Its web story."""
    crumbs: tuple[Crumb, ...]
    """The way from the home page."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One result of a search."""

    card: Card
    """The article."""
    snippet: tuple[Scrap, ...]
    """Pieces of its text, some of which are hits."""


class Scrap(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a snippet."""

    text: str
    """The text."""
    is_hit: bool
    """Whether it matches the query."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A feed in the directory, with the formats it is offered in."""

    title: str
    """What it holds."""
    text: str
    """A sentence on it; may be empty."""
    links: tuple[Item, ...]
    """Its addresses, one a format."""
    hue: str = ""
    """Class of the section's colour."""


class Rack(msgspec.Struct, frozen=True, kw_only=True):
    """A group of feeds in the directory."""

    name: str
    """Class of the group: `whole`, `section`, `tag` or `author`."""
    title: str
    """What the group is called."""
    offers: tuple[Offer, ...]
    """Its feeds."""


class Given(TypedDict, total=False):
    """Every variable that the template of a page may name; each page is given those that it needs."""

    head: Head
    """Title, description, canonical address, structured data: all that stands in `<head>`."""
    chrome: Chrome
    """Masthead, menu, footer and words; every page has it."""
    piece: Piece
    """The article or static page itself."""
    lead: Card | None
    """The home page's first article; none while nothing is published."""
    cards: tuple[Card, ...]
    """The articles of a list."""
    latest: Box
    """The newest articles."""
    trending: Box
    """What is read now."""
    top: Box
    """What was read most of all time."""
    popular: Box
    """What was read most of the last month's."""
    picks: Box
    """What editors picked."""
    miss: Box
    """What editors pinned."""
    related: Box
    """Articles on the same matter."""
    sections: tuple[Box, ...]
    """The home page's rows, one a section."""
    tales: tuple[Tale, ...]
    """Web stories."""
    racks: tuple[Rack, ...]
    """Groups of feeds in the directory."""
    found: tuple[Found, ...]
    """Results of a search."""
    pager: Pager | None
    """The way through a long list; none for a list of one page."""
    months: tuple[Item, ...]
    """Months of the archive, newest first; empty on lists that aren't of the archive."""
    feeds: tuple[Item, ...]
    """Feeds of a list."""
    feed: str
    """Address of the feed of a search; empty without a query."""
    label: str
    """What kind of list it is: `Section`, `Topic`, `Author`, `Archive`."""
    title: str
    """Title of a list or of an error page."""
    text: str
    """A sentence under the title; may be empty."""
    portrait: str
    """Address of an author's portrait; empty for none."""
    count: str
    """`24 articles`; empty for none."""
    is_first_page: bool
    """Whether it is the first page of a list."""
    query: str
    """What was searched for; empty before a search."""
    suggestion: Item | None
    """A query that finds something, near one that doesn't."""
    summary: str
    """How many results there are, in a sentence."""
    status: int
    """HTTP status of an error page."""
    button: str
    """What the button of a newsletter page says; empty: it has none."""
    asks_address: bool
    """Whether that page asks for an address."""
    letter: Letter
    """A mail: the only variable of the templates in `templates/mail/`."""
