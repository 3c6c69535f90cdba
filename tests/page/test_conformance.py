"""Every kind of page against the Nu Html Checker."""

from publisher.catalogue import reader
from publisher.model import Document, Kind, Status, Visibility
from tests.contract.sample import save
from tests.page.house import PICTURE, House, revised
from tests.tool.fixture import HtmlChecker


async def every_kind() -> dict[str, bytes]:
    """A page of every kind, with the contents that are hardest on a template."""
    house = await House(page_size=3, copyright="© <us> & co").open(articles=9)
    await house.publish("about", path="/about/", kind=Kind.PAGE, title="About & us")
    await house.publish("rtl", language="ar", title="لماذا عاد الناس", correction="A <date> was wrong.")
    await house.publish(
        "hostile", title='A "quoted" <title> & more', source_name="A & B", source_url="https://a.example/?x=1&y=2"
    )
    await house.publish("bare", hero=None, authors=(), tags=(), section=None, dek="", path="/bare/", pictures=())
    await house.publish("members", visibility=Visibility.MEMBERS, excerpt="A beginning <b>", pinned=True)
    await house.publish("foreign", language="ja", title="路地裏の夜", featured=True)
    await house.publish(
        "elsewhere", hero=revised(PICTURE, src="https://pictures.example/a.jpg?x=1&y=2", width=0, height=0)
    )
    old = await house.publish("old")
    await save(house.store, revised(old, status=Status.DRAFT))
    paths = (
        "/ /page/2/ /reviews/ /reviews/page/2/ /empty/ /tag/trains/ /author/ann/ /2026/11/ /about/ /bare/ /feeds/ "
        "/web-stories/ /web-stories/page/2/ /_/view/feeds/all.rss /_/view/feeds/stories.atom "
        "/search/ /reviews/piece-1/ /reviews/rtl/ /reviews/hostile/ /reviews/members/ /reviews/elsewhere/"
    ).split()
    pages = {path: await body_of(house, path) for path in paths}
    pages["search"] = await body_of(house, "/search/", q="train & \"halt'")
    pages["search without result"] = await body_of(house, "/search/", q="<zzz>")
    pages |= {f"error {status}": await reader.error_page(house.context, status) for status in (404, 410, 500)}
    there = {"newsletter_from": "news@line.example", "smtp_host": "127.0.0.1"}
    house = await House(**there).open(articles=1)
    for path in (
        "/newsletter/",
        "/newsletter/sent/",
        "/_/newsletter/confirm",
        "/_/newsletter/wrong",
        "/travel/piece-0/",
    ):
        pages[f"newsletter {path}"] = await body_of(house, path)
    pages["empty home"] = await body_of(await House().open(articles=0), "/")
    return pages


async def body_of(house: House, path: str, **query: str) -> bytes:
    document = await house.get(path, **query)
    assert isinstance(document, Document), path
    return document.body


async def test_j10_no_page_has_an_error_in_its_html(check_html: HtmlChecker):
    problems = check_html(await every_kind())
    assert not problems, "\n".join(map(str, problems))
