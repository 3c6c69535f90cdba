"""The newsletter's mails: values in, a subject, a text and an HTML part out. Knows no store, no clock, no reader."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from publisher import rendition, text, url
from publisher.format import card as cards
from publisher.format import letter_word
from publisher.format.frame import Frame
from publisher.format.letter_view import Enclosed, Letter
from publisher.format.template import Templates
from publisher.format.view import Given
from publisher.model import Article, Picture, Site

SUBJECT_CHARACTERS = 90


class Written(msgspec.Struct, frozen=True):
    """A mail's own matter, without addresses."""

    subject: str
    text: str
    html: str

    def with_link(self, placeholder: str, address: str) -> Written:
        """The same for one reader: their own address in place of one that all share."""
        return Written(self.subject, self.text.replace(placeholder, address), self.html.replace(placeholder, address))


def issue(
    templates: Templates, frame: Frame, articles: Sequence[Article], leave_url: str, imprint: str = ""
) -> Written:
    """An issue of the newsletter; its subject is the first headline."""
    site = frame.site
    words = letter_word.words(site.language)
    enclosed = tuple(_enclosed(frame, each) for each in articles)
    letter = msgspec.structs.replace(
        _blank(site, enclosed[0].title, imprint),
        title=words.title.format(site.title),
        text=site.tagline,
        lead=enclosed[0],
        items=enclosed[1:],
        button=words.more.format(site.title),
        action=url.absolute(site.base, "/"),
        why=words.why.format(site.title),
        leave=words.leave,
        leave_url=leave_url,
    )
    return _written(templates, "issue", letter)


def question(templates: Templates, site: Site, action: str, imprint: str = "") -> Written:
    """The mail that asks an address whether it really wants the newsletter."""
    words = letter_word.words(site.language)
    letter = msgspec.structs.replace(
        _blank(site, words.ask_subject.format(site.title), imprint),
        title=words.ask_title,
        text=words.ask_text.format(site.title),
        button=words.ask_button,
        action=action,
        note=words.ask_note,
    )
    return _written(templates, "question", letter)


def _blank(site: Site, subject: str, imprint: str) -> Letter:
    return Letter(
        subject=text.cut(text.line(subject), SUBJECT_CHARACTERS),
        language=site.language,
        direction=text.direction(site.language),
        accent=site.accent,
        site=site.title,
        home=url.absolute(site.base, "/"),
        title="",
        imprint=imprint,
    )


def _written(templates: Templates, name: str, letter: Letter) -> Written:
    given = Given(letter=letter)
    html = templates.render(f"mail/{name}.html", **given).decode()
    return Written(letter.subject, templates.render(f"mail/{name}.txt", **given).decode(), html)


def _enclosed(frame: Frame, article: Article) -> Enclosed:
    base, shown = frame.site.base, cards.card(frame, article, frame.site.language)
    return Enclosed(
        title=shown.title,
        url=url.absolute(base, shown.url),
        dek=shown.dek,
        section=shown.section.title if shown.section else "",
        facts=" · ".join(filter(None, (shown.members, shown.authors, shown.date, shown.minutes))),
        picture=url.absolute(base, _picture(article.hero)) if article.hero else "",
        alt=article.hero.alt if article.hero else "",
        language=shown.language,
        direction=shown.direction,
    )


def _picture(picture: Picture) -> str:
    """A JPEG of 16:9, which every mail program can show."""
    return rendition.path(picture, "card")
