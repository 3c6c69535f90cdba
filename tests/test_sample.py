"""The bundled sample magazine is whole: every text parses, every picture it names is there, nothing is orphaned."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

SAMPLE = Path(__file__).parents[1] / "publisher" / "sample"
IMAGES = SAMPLE / "images"
SECTIONS = {"whats-on", "reviews", "digital-world", "lifestyle", "travel", "trending"}
NEEDED = set(
    "title slug date section tags authors description image image_alt image_caption image_credit views".split()
)
KEYS = NEEDED | set("updated focal language featured pinned draft source_name source_url comment_count noindex".split())
AGE = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?")
INLINE = re.compile(r"!\[([^\]]+)\]\(images/([^\s)]+)(?: \"([^\"]*)\")?\)")


def read(path: Path) -> tuple[dict[str, Any], str]:
    """A file's front matter and body."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("---\n"), path.name
    head, body = text[4:].split("\n---\n", 1)
    front = yaml.safe_load(head)
    assert isinstance(front, dict), path.name
    return front, body


def age(value: str) -> timedelta:
    """How long before now (negative: after it) a relative date lies."""
    match = AGE.fullmatch(value)
    assert match, value
    span = timedelta(days=int(match[2] or 0), hours=int(match[3] or 0))
    return span if match[1] == "-" else -span


ARTICLES = {path.name: read(path) for path in sorted((SAMPLE / "articles").glob("*.md"))}
PAGES = {path.stem: read(path) for path in sorted((SAMPLE / "pages").glob("*.md"))}
SITE = tomllib.loads((SAMPLE / "site.toml").read_text(encoding="utf-8"))
PUBLISHED = {name: a for name, a in ARTICLES.items() if not a[0].get("draft") and age(a[0]["date"]) > timedelta(0)}


@pytest.mark.parametrize("name", ARTICLES)
def test_front_matter_has_the_keys_an_article_needs_and_no_other(name: str) -> None:
    front, _ = ARTICLES[name]
    assert NEEDED <= set(front) <= KEYS, (NEEDED - set(front), set(front) - KEYS)
    assert front["section"] in SECTIONS
    assert 2 <= len(front["tags"]) <= 4
    assert set(front["authors"]) <= {a["slug"] for a in SITE["authors"]}
    assert front["description"].endswith((".", "?", "。")), "a dek is a sentence"
    assert all(0 <= f <= 1 for f in front.get("focal", [0.5, 0.5]))
    assert ("source_name" in front) == ("source_url" in front)
    assert front.get("source_url", "https://example.org/").startswith("https://example.org/")


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_article_is_as_long_as_a_magazine_piece(name: str) -> None:
    front, body = PUBLISHED[name]
    if front.get("language") == "ja":
        assert len(body) >= 1200
    else:
        assert len(body.split()) >= 430


@pytest.mark.parametrize("name", ARTICLES)
def test_every_picture_an_article_names_is_there(name: str) -> None:
    front, body = ARTICLES[name]
    for image in (front["image"], *(figure[1] for figure in INLINE.findall(body))):
        with Image.open(IMAGES / image) as picture:
            assert picture.size == (1600, 1067)
            picture.load()
    assert front["image_alt"], "a picture needs its alternative text"
    assert body.count("![") == len(INLINE.findall(body)), "every inline picture has alt text and lies in images/"


def test_articles_share_no_slug_and_no_hero() -> None:
    for key in ("slug", "image", "title"):
        twice = [value for value, n in Counter(front[key] for front, _ in ARTICLES.values()).items() if n > 1]
        assert not twice, key


def test_every_section_has_enough_to_read() -> None:
    counts = Counter(front["section"] for front, _ in PUBLISHED.values())
    assert len(PUBLISHED) >= 28
    assert set(counts) == SECTIONS == {s["slug"] for s in SITE["sections"]}
    assert min(counts.values()) >= 4
    assert sorted(s["position"] for s in SITE["sections"]) == list(range(1, 7))


def test_tags_are_shared_so_that_tag_pages_are_worth_opening() -> None:
    counts = Counter(tag for front, _ in PUBLISHED.values() for tag in front["tags"])
    assert 18 <= len(counts) <= 32
    assert sum(n >= 2 for n in counts.values()) >= 18


def test_the_demo_looks_fresh_on_any_day() -> None:
    ages = [age(front["date"]) for front, _ in PUBLISHED.values()]
    assert sum(a <= timedelta(hours=40) for a in ages) >= 5, "the news sitemap takes two days"
    assert sum(a <= timedelta(days=22) for a in ages) >= 20
    assert sum(timedelta(days=30) < a < timedelta(days=100) for a in ages) >= 3, "archives by month want older ones"
    assert len(set(ages)) == len(ages)
    for front, _ in ARTICLES.values():
        assert age(front.get("updated", front["date"])) <= age(front["date"])


def test_the_special_cases_are_there() -> None:
    fronts = [front for front, _ in ARTICLES.values()]
    bodies = {front["slug"]: body for front, body in ARTICLES.values()}
    titles = " ".join(front["title"] for front in fronts)
    assert {front.get("language", "en") for front in fronts} == {"en", "fr", "ja", "ar"}
    assert sum(age(front["date"]) < timedelta(0) for front in fronts) == 1, "one is scheduled"
    assert sum(bool(front.get("draft")) for front in fronts) == 1
    assert sum(bool(front.get("featured")) for front in fronts) == 4, "Our Picks"
    assert sum(bool(front.get("pinned")) for front in fronts) >= 4, "Don't Miss"
    assert sum("source_url" in front for front in fronts) == 3
    assert all(mark in titles for mark in ("&", "<", "“", "‘", "'", "☕"))
    assert sum("```" in body for body in bodies.values()) >= 1
    assert sum("<details>" in body for body in bodies.values()) >= 2
    assert sum("\n|---" in body for body in bodies.values()) >= 3
    assert sum("\n> " in body for body in bodies.values()) >= 3
    assert max(front["views"] for front, _ in PUBLISHED.values()) > 252


def test_the_long_read_is_long_and_uses_every_kind_of_block() -> None:
    body = max((body for _, body in ARTICLES.values()), key=lambda text: len(text.split()))
    assert len(body.split()) >= 2500
    assert len(INLINE.findall(body)) == 2
    assert all(mark in body for mark in ("\n## ", "\n### ", "\n|---", "\n1. ", "\n> "))


def test_arabic_is_arabic_and_japanese_is_japanese() -> None:
    texts = {front.get("language"): body for front, body in ARTICLES.values()}
    assert len(re.findall(r"[\u0621-\u064a]", texts["ar"])) > 1500
    assert len(re.findall(r"[\u3041-\u30ff\u4e00-\u9fff]", texts["ja"])) > 1000


def test_the_programme_printed_in_an_article_works(capsys: pytest.CaptureFixture[str]) -> None:
    body = next(body for front, body in ARTICLES.values() if front["slug"] == "read-your-own-logs")
    programme = re.search(r"```python\n(.*?)```", body, re.S)
    line = re.search(r"```text\n(.*?)\n```", body, re.S)
    assert programme
    assert line
    source = programme[1].replace("for line in sys.stdin:", "for line in LOG:")
    exec(compile(source, "article", "exec"), {"LOG": [line[1], line[1].replace("Mozilla", "somebot")]})
    assert capsys.readouterr().out.split() == ["1", "/bread/"]


@pytest.mark.parametrize("name", sorted(p.name for p in IMAGES.iterdir()))
def test_a_picture_is_small_clean_and_used(name: str) -> None:
    path, used = IMAGES / name, {"logo.png", "logo-wide.png", "logo.svg"}
    used |= {a["avatar"] for a in SITE["authors"]} | {front["image"] for front, _ in ARTICLES.values()}
    used |= {figure[1] for _, body in ARTICLES.values() for figure in INLINE.findall(body)}
    assert name in used, "a picture that nobody shows is dead weight"
    assert path.stat().st_size <= 160_000
    if path.suffix == ".svg":
        assert path.read_text(encoding="utf-8").startswith("<svg xmlns=")
        return
    with Image.open(path) as picture:
        assert not picture.getexif()
        if name.startswith("author-") or name == "logo.png":
            assert picture.size == (512, 512)


def test_all_pictures_together_stay_under_five_megabytes() -> None:
    assert sum(p.stat().st_size for p in IMAGES.iterdir()) <= 5_000_000


def test_the_fixed_pages_are_there() -> None:
    assert set(PAGES) == {"about", "privacy", "terms", "advertise", "contact"}
    for slug, (front, body) in PAGES.items():
        assert front["slug"] == slug
        assert front["title"]
        assert front["description"]
        assert len(body.split()) > 70


def test_authors_have_a_face_and_two_sentences() -> None:
    assert 6 <= len(SITE["authors"]) <= 8
    writing = {slug for front, _ in PUBLISHED.values() for slug in front["authors"]}
    assert writing == {a["slug"] for a in SITE["authors"]}
    for author in SITE["authors"]:
        assert (IMAGES / author["avatar"]).is_file()
        assert len(re.findall(r"\.(?:\s|$)", author["bio"])) == 2, author["slug"]


def test_the_accent_colour_is_legible_on_white() -> None:
    """WCAG 1.4.3: at least 4.5 to 1."""
    channels = [int(SITE["accent"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
    luminance = sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5
