"""robots.txt and the small files beside it: what crawlers may do, said by the owner's settings."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from protego import Protego

from publisher import url
from publisher.asset import Assets
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Call, Context, kind
from publisher.catalogue.base import document as made
from publisher.catalogue.robots import KINDS
from publisher.error import InvalidSetting, NotFound
from publisher.format import robots
from publisher.format.template import Templates
from publisher.model import Article, Document, Section, Site, Status
from publisher.representation import represent
from publisher.setting import Settings, check, load, table
from tests.tool.shared import ROOT

SITE = Site(base="https://mag.example", title="The Mag", description="All of it")
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Gone:
    """A store that nobody may ask."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the store was asked for {name}")


async def document(path: str, site: Site = SITE, **settings: Any) -> Document:
    assets = Assets()
    context = Context(site, Settings(**settings), Gone(), assets, Templates(assets), (), lambda: NOW)  # type: ignore[arg-type]
    catalogue = Catalogue(KINDS)
    answer = await catalogue.build(context, catalogue.target(path, {}))
    assert isinstance(answer, Document)
    return answer


def oracle(site: Site = SITE, **settings: Any) -> Protego:
    return Protego.parse(robots.robots(site, Settings(**settings)).decode())


async def test_r1_robots_txt_answers_without_a_store():
    answer = await document("/robots.txt")
    assert answer.status == 200
    assert answer.media_type == "text/plain; charset=utf-8"


def test_r2_it_names_the_index_and_the_news_absolutely():
    assert list(oracle().sitemaps) == ["https://mag.example/sitemap.xml", "https://mag.example/sitemap-news.xml"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        url.section("reviews"),
        url.article("reviews", "quiet-cup"),
        url.article("search-engines", "api"),
        url.tag("tea"),
        url.author("ada-low"),
        url.month("2026-11"),
        url.story("quiet-cup"),
        url.player("quiet-cup"),
        url.article("百科", "茶"),
        "/media/ab/w640.webp",
        "/static/abc/site.css",
        "/static/abc/site.js",
        "/feeds/all.rss",
        "/sitemap.xml",
        "/sitemap-articles-2026-11.xml",
        "/llms.txt",
    ],
)
@pytest.mark.parametrize("agent", ["Googlebot", "Googlebot-News", "Googlebot-Image", "bingbot", "Mozilla/5.0"])
def test_r3_search_engines_may_fetch_every_page_picture_and_style(path: str, agent: str):
    assert oracle().can_fetch(f"https://mag.example{path}", agent)


@pytest.mark.parametrize("path", ["/search/?q=tea", "/api/articles", "/wp-json/wp/v2/posts", "/_/preview/1"])
def test_r3_searches_previews_and_the_api_are_closed(path: str):
    assert not oracle().can_fetch(f"https://mag.example{path}", "Googlebot")


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("fetches", [True, False])
def test_r4_each_class_of_ai_crawlers_is_a_setting_of_its_own(training: bool, answers: bool, fetches: bool):
    rules = oracle(ai_training=training, ai_answers=answers, ai_fetches=fetches)
    page = "https://mag.example/reviews/quiet-cup/"
    assert {rules.can_fetch(page, agent) for agent in robots.TRAINING} == {training}
    assert {rules.can_fetch(page, agent) for agent in robots.ANSWERS} == {answers}
    assert {rules.can_fetch(page, agent) for agent in robots.FETCHES} == {fetches}
    assert rules.can_fetch(page, "Googlebot")


def test_r4_no_crawler_is_in_two_classes():
    agents = [*robots.TRAINING, *robots.ANSWERS, *robots.FETCHES]
    assert len({agent.lower() for agent in agents}) == len(agents)


def test_r4_the_same_choice_is_said_as_a_content_signal_when_asked():
    said = robots.robots(SITE, Settings(content_signal=True, ai_answers=False)).decode()
    assert "User-agent: *\nContent-Signal: search=yes, ai-input=no, ai-train=no\n" in said
    assert "Content-Signal" not in robots.robots(SITE, Settings()).decode()


def test_r4_a_licence_is_named():
    said = robots.robots(SITE, Settings(rsl_license="https://mag.example/license.xml")).decode()
    assert said.startswith("License: https://mag.example/license.xml\nUser-agent: *\n")
    assert Protego.parse(said).can_fetch("https://mag.example/", "Googlebot")


async def test_r4_rights_are_reserved_in_a_file_and_in_headers():
    settings = {"tdm_reservation": True, "tdm_policy": "https://mag.example/tdm.json"}
    answer = await document("/.well-known/tdmrep.json", **settings)
    rule = {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://mag.example/tdm.json"}
    assert json.loads(answer.body) == [rule]
    assert robots.tdm_headers(Settings(**settings)) == (
        ("tdm-reservation", "1"),
        ("tdm-policy", "https://mag.example/tdm.json"),
    )
    assert robots.tdm_headers(Settings()) == ()


async def plain(**settings: Any) -> Document:
    """A document that says nothing to crawlers by itself."""

    async def build(_: Context, call: Call) -> Document:
        return made(call.path, b"", "text/html")

    assets = Assets()
    context = Context(SITE, Settings(**settings), Gone(), assets, Templates(assets), (), lambda: NOW)  # type: ignore[arg-type]
    catalogue = Catalogue([kind("plain", "/", build)])
    answer = await catalogue.build(context, catalogue.target("/", {}))
    assert isinstance(answer, Document)
    return answer


async def test_r4_every_document_carries_the_reservation():
    reserved = await plain(tdm_reservation=True)
    assert ("tdm-reservation", "1") in represent(reserved).common
    assert not (await plain()).headers


async def test_r5_every_document_of_a_staging_site_says_noindex():
    assert ("X-Robots-Tag", "noindex") in represent(await plain(staging=True)).common
    assert (await plain()).robots == ""


def test_r5_r6_a_staging_site_names_no_sitemap_and_shuts_out_ai():
    """Search engines may come, else they would not read the noindex."""
    rules = oracle(Site(base="https://mag.example", title="The Mag", staging=True), ai_training=True)
    assert list(rules.sitemaps) == []
    assert not rules.can_fetch("https://mag.example/", "GPTBot")
    assert rules.can_fetch("https://mag.example/", "Googlebot")


async def test_r7_security_txt_expires_half_a_year_ahead_and_changes_monthly():
    answer = await document("/.well-known/security.txt", security_contacts=("mailto:security@mag.example",))
    assert answer.body.decode().splitlines() == [
        "Contact: mailto:security@mag.example",
        "Expires: 2027-05-01T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: https://mag.example/.well-known/security.txt",
    ]
    assert answer.expires_at == datetime(2026, 12, 1, tzinfo=UTC)


async def test_r7_ads_txt_is_as_the_owner_wrote_it():
    answer = await document("/ads.txt", ads_txt=("ads.example, 123, DIRECT", "# end"))
    assert answer.body == b"ads.example, 123, DIRECT\n# end\n"


@pytest.mark.parametrize("path", ["/.well-known/security.txt", "/.well-known/tdmrep.json", "/ads.txt"])
async def test_r7_a_file_that_no_setting_asks_for_is_not_there(path: str):
    with pytest.raises(NotFound):
        await document(path)


def test_r7_llms_txt_lists_sections_and_the_latest_in_markdown_that_holds():
    article = Article(
        guid="1", slug="a", path="/r/a_(b)/", title="[x](javascript:1) <b>", dek="On *tea*", status=Status.PUBLISHED
    )
    said = robots.llms(SITE, [Section(slug="r", name="Reviews", description="We try")], [article]).decode()
    assert said.splitlines() == [
        "# The Mag",
        "",
        "> All of it",
        "",
        "## Sections",
        "",
        "- [Reviews](https://mag.example/r/): We try",
        "",
        "## Latest",
        "",
        "- [\\[x\\](javascript:1) &lt;b>](https://mag.example/r/a_%28b%29/): On \\*tea\\*",
        "",
        "## Feeds",
        "",
        "- [All feeds](https://mag.example/feeds/): RSS, Atom and JSON Feed",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"security_contacts": ("security@mag.example",)},
        {"rsl_license": "license.xml"},
        {"tdm_policy": "https://a b"},
        {"ads_txt": ("a\nb",)},
        {"robots_lines": ("Disallow: /\r\nAllow: /",)},
    ],
    ids=str,
)
def test_a_setting_that_would_break_its_file_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidSetting, match=next(iter(wrong))):
        check(Settings(**wrong))


def test_the_owner_adds_lines_and_sets_classes_from_the_environment():
    environ = {"PUBLISHER_AI_TRAINING": "true", "PUBLISHER_ROBOTS_LINES": '["User-agent: BadBot", "Disallow: /"]'}
    rules = Protego.parse(robots.robots(SITE, load(environ=environ)).decode())
    assert rules.can_fetch("https://mag.example/", "GPTBot")
    assert not rules.can_fetch("https://mag.example/", "BadBot")


def test_the_settings_that_the_guide_names_exist_with_the_defaults_it_says():
    text = (ROOT / "docs" / "sitemaps.md").read_text("utf-8")
    rows = {row.name: row for row in table()}
    said = re.findall(r"^\| `(\w+)` \| `([^`]*)`", text, re.MULTILINE)
    assert len(said) >= 8
    for name, default in said:
        assert json.dumps(rows[name].default) == default, name
    named = re.findall(r"^\| `(\w+)` \||, `(\w+)` \||^\| `(\w+) = ", text, re.MULTILINE)
    assert {name for names in named for name in names if name} <= set(rows)
