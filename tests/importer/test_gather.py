"""Pictures that stay on the old host are fetched once, shown from here, and what failed is named."""

import io
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from publisher.desk import gather as module
from publisher.desk.gather import Gathered, Gathering, is_old
from publisher.error import FetchFailed, Refused
from publisher.house import House
from publisher.importer.sniff import open_export
from publisher.model import Article
from tests.importer.reading import written
from tests.tool.house import at, fill, house
from tests.tool.running import publisher

OLD = "https://old.example/wp-content/uploads"
BODY = f"""Text before.

<a href="{OLD}/boat.jpg"><img src="{OLD}/boat-300x200.jpg" srcset="{OLD}/boat-300x200.jpg 300w, {OLD}/boat.jpg 900w"
 width="300" height="200" alt="A boat" /></a>

<picture><source srcset="{OLD}/dog-768x512.jpg 768w" media="(min-width: 1px)" />
<img src="{OLD}/dog.jpg" alt="A dog" /></picture>

<img src="https://elsewhere.example/x.jpg" alt="" /> <img src="{OLD}/gone-150x150.jpg" alt="" />
<img src="{OLD}/cut-150x150.jpg" alt="" /> [video src="{OLD}/film.mp4"]
"""


def export(body: str = BODY, title: str = "One") -> str:
    return (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>T</title><wp:base_blog_url>https://old.example</wp:base_blog_url>"
        + "".join(
            f"<item><title>{title}</title><link>https://old.example/{n}/</link><wp:post_id>{n}</wp:post_id>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded><wp:status>publish</wp:status>"
            "<wp:post_date_gmt>2010-05-01 10:00:00</wp:post_date_gmt><wp:post_type>post</wp:post_type></item>"
            for n in (1, 2)
        )
        + "</channel></rss>"
    )


def jpeg(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), color).save(out, "JPEG")
    return out.getvalue()


class OldHost:
    """What the old host still has; counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.files = {
            f"{OLD}/boat.jpg": jpeg("red"),
            f"{OLD}/dog.jpg": jpeg("blue"),
            f"{OLD}/cut-150x150.jpg": jpeg("teal"),
            f"{OLD}/film.mp4": b"\0\0\0\x18ftypmp42",
        }

    async def fetch(self, url: str) -> bytes:
        self.asked[url] += 1
        if url not in self.files:
            raise FetchFailed(f"{url}: the server answered 404")
        return self.files[url]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path / "site") as made:
        yield made


async def gather(made: House, host: OldHost) -> Gathered:
    old = is_old("wordpress", ["old.example"])
    return await Gathering(made.desk, host.fetch, lambda _: True, old, lambda *_: None).run()


async def bring(made: House, folder: Path, body: str = BODY) -> Article:
    await fill(made, open_export(str(written(folder, "w.xml", export(body))), now=at(12)))
    return await made.store.article(1)


async def test_pictures_of_the_old_host_are_fetched_once_and_shown_from_here(site: House, tmp_path: Path):
    before, host = await bring(site, tmp_path), OldHost()
    report = await gather(site, host)
    assert (report.pictures, report.fetched, report.here, report.articles) == (5, 3, 0, 2)
    assert "the server answered 404" in dict(report.failed)
    assert not report.is_complete
    assert sorted(each.what for each in report.failures) == [f"{OLD}/film.mp4", f"{OLD}/gone-150x150.jpg"]
    assert host.asked[f"{OLD}/boat.jpg"] == 1
    after = await site.store.article(1)
    boat, dog = [(await site.store.media_by_url(f"{OLD}/{name}.jpg")).path for name in ("boat", "dog")]
    assert f'<a href="{boat}"><img src="{boat}" width="300" height="200" alt="A boat" /></a>' in after.body.html
    assert f'<img src="{dog}" alt="A dog" />' in after.body.html
    assert "boat-300" not in after.body.html
    assert "dog-768" not in after.body.html
    assert "https://elsewhere.example/x.jpg" in after.body.html
    assert f"{OLD}/gone-150x150.jpg" in after.body.html
    assert after.hero
    assert after.hero.src == boat
    assert after.hero.width == 640
    assert (after.updated, after.source, after.body.source) == (before.updated, before.source, before.body.source)


async def test_a_second_run_fetches_only_what_failed(site: House, tmp_path: Path):
    await bring(site, tmp_path)
    await gather(site, OldHost())
    host, seq = OldHost(), await site.store.seq()
    report = await gather(site, host)
    assert (report.pictures, report.fetched, report.here, report.articles) == (2, 0, 0, 0)
    assert set(host.asked) == {f"{OLD}/gone.jpg", f"{OLD}/gone-150x150.jpg", f"{OLD}/film.mp4"}
    assert await site.store.seq() == seq
    again = await fill(site, open_export(str(tmp_path / "w.xml"), now=at(12)))
    assert (again.unchanged, again.seen) == (2, 2)


async def test_pictures_that_are_forgotten_meanwhile_are_found_here_again(
    site: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "BATCH", 1)
    monkeypatch.setattr(module, "KNOWN", 1)
    await bring(site, tmp_path)
    host = OldHost()
    report = await gather(site, host)
    assert host.asked[f"{OLD}/boat.jpg"] == 1
    assert report.articles == 2
    assert report.pictures == report.fetched + report.here + sum(count for _, count in report.failed)
    assert report.here > 0


async def test_an_edited_article_keeps_the_pictures_that_were_fetched(site: House, tmp_path: Path):
    await bring(site, tmp_path)
    await gather(site, OldHost())
    after = await bring(site, tmp_path, BODY + "\n\nAn afterthought.")
    assert "An afterthought." in after.body.html
    boat = (await site.store.media_by_url(f"{OLD}/boat.jpg")).path
    assert f'src="{boat}"' in after.body.html
    assert "boat-300" not in after.body.html


async def test_a_refused_address_is_named(site: House, tmp_path: Path):
    async def refuse(url: str) -> bytes:
        raise Refused(f"{url}: 10.0.0.1 is not a public address")

    await bring(site, tmp_path)
    host = OldHost()
    host.fetch = refuse  # type: ignore[method-assign]
    report = await gather(site, host)
    assert report.failed == (("10.0.0.1 is not a public address", 5),)
    assert report.fetched == report.articles == 0


@pytest.mark.parametrize(
    ("kind", "address", "is_it"),
    [
        ("wordpress", "https://www.old.example/a.jpg", True),
        ("wordpress", "https://cdn.old.example/a.jpg", True),
        ("wordpress", "https://i0.wp.com/old.example/a.jpg", True),
        ("wordpress", "https://old.example.evil.test/a.jpg", False),
        ("wordpress", "https://notold.example/a.jpg", False),
        ("medium", "https://cdn-images-1.medium.com/max/800/1.png", True),
        ("ghost", "https://cdn-images-1.medium.com/max/800/1.png", False),
        ("wordpress", "http://[bad/a.jpg", False),
    ],
)
def test_which_hosts_are_the_old_sites(kind: str, address: str, is_it: bool):
    assert is_old(kind, ["www.old.example:443"])(address) is is_it


def test_the_command_says_what_it_would_do_and_takes_only_what_is_new(tmp_path: Path):
    source = written(tmp_path, "w.xml", export())
    site = tmp_path / "site"
    dry = publisher("import", source, "--site", site, "--dry-run", "--json")
    assert dry.returncode == 0, dry.stderr
    assert (json.loads(dry.stdout)["created"], json.loads(dry.stdout)["dry_run"], site.exists()) == (2, True, False)
    late = json.loads(publisher("import", source, "--site", site, "--since", "2010-05-02", "--json").stdout)
    assert (late["seen"], late["created"], late["skipped"]) == (2, 0, [["older than 2010-05-02", 2]])
    done = publisher("import", source, "--site", site, "--fetch-media", "--json")
    media = json.loads(done.stdout)["media"]
    assert (done.returncode, media["pictures"], media["fetched"]) == (1, 5, 0)
    again = json.loads(publisher("import", source, "--site", site, "--dry-run", "--json").stdout)
    assert again["unchanged"] == 2
    both = publisher("import", source, "--site", site, "--dry-run", "--fetch-media")
    assert (both.returncode, "leave out --fetch-media" in both.stderr) == (2, True)


def test_the_old_address_of_a_ghost_site_is_given_by_hand(tmp_path: Path):
    post = {"id": "1", "title": "T", "slug": "t", "status": "published", "published_at": "2020-01-01T00:00:00Z"}
    html = '<p><img src="__GHOST_URL__/content/images/a.png"> <a href="__GHOST_URL__/other/">x</a></p>'
    source = written(tmp_path, "ghost.json", json.dumps({"db": [{"data": {"posts": [post | {"html": html}]}}]}))
    done = publisher("import", source, "--site", tmp_path / "site", "--base", "https://old.example/", "--json")
    assert done.returncode == 0, done.stderr
    out = publisher("export", tmp_path / "out/site.jsonl", "--site", tmp_path / "site")
    assert "1 articles, 0 pictures" in out.stdout
    text = (tmp_path / "out/site.jsonl").read_text()
    assert 'src=\\"https://old.example/content/images/a.png\\"' in text
    assert 'href=\\"/other/\\"' in text


def test_a_base_that_is_no_address_is_named(tmp_path: Path):
    source = written(tmp_path, "ghost.json", "{}")
    done = publisher("import", source, "--site", tmp_path / "site", "--base", "old.example")
    assert (done.returncode, "'old.example' is no address; write it like https://old" in done.stderr) == (2, True)
