"""Articles to make stories of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from publisher import text
from publisher.model import Article, Author, Body, Picture, Section, Site, Status
from tests.tool.shared import shared

SITE = Site(base="https://example.com", title="The Slow Weekly", logo="/static/logo.png", version="1.0")
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
HERO = Picture(src=f"/media/{'ab' * 32}/original.jpg", width=2000, height=1500, alt="The library in Eastfield")
INSIDE = Picture(src=f"/media/{'cd' * 32}/original.jpg", width=1600, height=1067, alt="A reading room")

BODY = f"""<p>The city council voted 7-4 on Tuesday to close two of its six branch libraries by March, ending a fight
over a $3.1 million gap in next year's budget. The branches in Eastfield and Harbour Lane together drew 88,000 visits
last year.</p>
<p>But Mayor Ana Ruiz said the closures would save about $900,000 a year, enough to keep the other four branches open
six days a week. "I hate this vote," she told the chamber. "I would hate bankruptcy more."</p>
<figure><img src="{INSIDE.src}" width="1600" height="1067" alt="A reading room"></figure>
<blockquote><p>I learnt to read in that building. I will not learn to forget it because somebody needs a car
park.</p></blockquote>
<h2>What the readers say</h2>
<p>Residents packed the gallery and spilled on to the steps outside. A petition with 12,400 signatures was delivered in
shopping trolleys by the readers' group of Eastfield, which has met in the branch every Thursday since 1981.</p>
<p>Staff at both branches, 23 people in all, will be offered posts elsewhere in the city, according to the human
resources director, Paul Okafor. The buildings will be sold, and a developer has already asked about Harbour Lane, which
stands on a corner overlooking the old fish market and is protected as a monument.</p>
<h2>What comes next</h2>
<p>The council will review the decision in June, when final tax figures are due, and has promised to hold the meeting in
one of the two buildings if they are still the city's by then.</p>"""


def article(section: str = "whats-on", **changes: Any) -> Article:
    """A published news article with a picture, a quotation and two headings."""
    values: dict[str, Any] = {
        "id": 7,
        "guid": "tag:example.com,2026:7",
        "slug": "council-closes-libraries",
        "story_slug": "council-closes-libraries",
        "path": f"/{section}/council-closes-libraries/",
        "title": "Council closes two libraries after a four-year fight",
        "status": Status.PUBLISHED,
        "first_published": AT,
        "published": AT,
        "updated": AT,
        "section": Section(slug=section, name=section.replace("-", " ").title()),
        "authors": (Author(slug="mara-oduya", name="Mara Oduya"),),
        "hero": HERO,
        "body": Body(html=BODY),
    }
    return Article(**values | changes)


def in_language(language: str) -> Iterator[Article]:
    """Articles of fourteen sentences each, two in a paragraph."""
    lines = shared("data", "multilang", f"pud_{language}.jsonl").read_bytes().splitlines()
    sentences = [each for line in lines for each in msgspec.json.decode(line)["sentences"]]
    joint = "" if language == "zh" else " "
    for start in range(0, 84, 14):
        found = sentences[start : start + 14]
        html = "".join(f"<p>{joint.join(found[i : i + 2])}</p>" for i in range(0, 14, 2))
        title = text.cut(sentences[start + 15], 60)
        yield article("digital-world", language=language, title=title, body=Body(html=html))
