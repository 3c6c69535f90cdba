"""How fast exports are read and brought in: `python bench/import.py [--mb 300] [--articles 100000]`.

For a generated WordPress export: MB/s of cutting it into items, of parsing them, of reading articles (XML, paragraphs,
shortcodes; nothing sanitised), each with the memory that grew; microseconds of `prepare` for an article. Then the
same of a Ghost export and a feed. Last, `--articles` of the WordPress export, and the Ghost export and the feed, are
brought into a site by the command itself, to the last commit, and the first a second time: milliseconds an article of
all its processes, by their CPU and by the clock, and the memory that the largest of them grew beside an import of three
articles. Every part runs in a process of its own, and seconds are the process's own (CPU); a machine that others use,
or two processes on one core's threads, still make them a third longer. Byte code is compiled before, as an installed
package's is.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import publisher
from publisher.importer.port import Ledger, Read
from publisher.importer.scan import Scanner
from publisher.importer.sniff import open_export
from publisher.importer.wxr import read_entry, read_head
from publisher.prepare import prepare

SYLLABLES = "ba co de fi ga hu jo ka le mi no pa ra se ti vo wa ly ne sh ther ing an er ou st ch ment tion al".split()
COMMON = "the of and to in a is that for it was on with as by at from be this which or had not but are".split()
_letters = random.Random(1)
WORDS = [*COMMON * 160, *("".join(_letters.choices(SYLLABLES, k=_letters.randrange(2, 5))) for _ in range(4000))]
"""As in a language: half of what is said are a few common words, the rest some thousands of others."""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bench</title><link>https://old.example</link>
<wp:base_blog_url>https://old.example</wp:base_blog_url>
"""


def sentence(rng: random.Random) -> str:
    """Words as long as sentences are: 8 to 24."""
    return " ".join(rng.choices(WORDS, k=rng.randrange(8, 25))).capitalize() + "."


def paragraphs(rng: random.Random, count: int) -> list[str]:
    """Text as an editor leaves it: about 400 characters a paragraph, now and then a link or a picture."""
    found = []
    for _ in range(count):
        text = " ".join(sentence(rng) for _ in range(5))
        if rng.random() < 0.2:
            text += f' <a href="https://old.example/2010/{rng.randrange(9)}/x/">more</a>'
        if rng.random() < 0.1:
            text += f'\n<img src="https://old.example/wp-content/{rng.randrange(99)}.jpg" width="640" height="480" />'
        found.append(text)
    return found


def wxr_item(rng: random.Random, number: int) -> str:
    """An item as real exports have them: 5 kB of text, a dozen meta values, two comments."""
    body = "\n\n".join(paragraphs(rng, 11))
    metas = "".join(
        f"<wp:postmeta><wp:meta_key>_key_{n}</wp:meta_key><wp:meta_value><![CDATA[{n}]]></wp:meta_value></wp:postmeta>"
        for n in range(12)
    )
    comment = (
        "<wp:comment><wp:comment_approved>1</wp:comment_approved><wp:comment_author_email>a@b.example"
        f"</wp:comment_author_email><wp:comment_content><![CDATA[{body[:300]}]]></wp:comment_content></wp:comment>"
    )
    return (
        f"<item><title>Article {number}</title><link>https://old.example/2010/05/article-{number}/</link>"
        f"<pubDate>Sat, 01 May 2010 10:00:00 +0000</pubDate><dc:creator><![CDATA[ana]]></dc:creator>"
        f"<guid isPermaLink='false'>https://old.example/?p={number}</guid><description></description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date>2010-05-01 12:00:00</wp:post_date>"
        f"<wp:post_date_gmt>2010-05-01 10:00:00</wp:post_date_gmt><wp:post_name>article-{number}</wp:post_name>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password>"
        '<category domain="category" nicename="travel"><![CDATA[Travel]]></category>'
        f'<category domain="post_tag" nicename="sea"><![CDATA[Sea]]></category>{metas}{comment * 2}</item>\n'
    )


def write_wxr(path: Path, megabytes: int) -> None:
    """A WordPress export of that size."""
    rng, number = random.Random(7), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        while file.tell() < megabytes * 1_000_000:
            number += 1
            file.write(wxr_item(rng, number))
        file.write("</channel></rss>\n")


def write_ghost(path: Path, count: int) -> None:
    """A Ghost export with Lexical texts."""
    rng = random.Random(7)
    posts = [
        {
            "id": f"{number:024x}",
            "title": f"Article {number}",
            "slug": f"article-{number}",
            "status": "published",
            "published_at": "2020-01-01T00:00:00Z",
            "lexical": json.dumps(
                {
                    "root": {
                        "children": [
                            {"type": "paragraph", "children": [{"type": "text", "text": text, "format": 0}]}
                            for text in paragraphs(rng, 11)
                        ]
                    }
                }
            ),
        }
        for number in range(count)
    ]
    path.write_text(json.dumps({"db": [{"data": {"posts": posts}}]}))


def write_feed(path: Path, count: int) -> None:
    """An RSS feed with full texts."""
    rng = random.Random(7)
    items = "".join(
        f"<item><title>T {n}</title><link>https://old.example/t/{n}/</link><guid>g{n}</guid><description><![CDATA["
        f"{'<p>'.join(paragraphs(rng, 11))}]]></description></item>"
        for n in range(count)
    )
    head = '<rss version="2.0"><channel><title>Bench</title><link>https://old.example/</link>'
    path.write_text(f"{head}{items}</channel></rss>")


def memory_kb(field: str) -> int:
    """A memory figure of this process (Linux)."""
    return int(Path("/proc/self/status").read_text().split(f"{field}:")[1].split()[0])


def growth_mb(before_kb: int) -> float:
    """How far this process's memory grew at its most beyond what it was."""
    return (memory_kb("VmHWM") - before_kb) / 1024


def cut(path: Path) -> dict[str, float]:
    """Cut a WordPress export into its items, and do nothing with them."""
    before = memory_kb("VmRSS")
    started = time.process_time()
    with path.open("rb") as file:
        scanner = Scanner(file)
        scanner.head()
        count = sum(1 for _ in scanner)
    return {"articles": count, "seconds": time.process_time() - started, "growth_mb": growth_mb(before)}


def parse(path: Path) -> dict[str, float]:
    """Parse a WordPress export's items into their fields, and make no article of them."""
    before = memory_kb("VmRSS")
    started = time.process_time()
    with path.open("rb") as file:
        scanner = Scanner(file)
        head = read_head(scanner.head())
        count = sum(read_entry(piece.data, head)[1] for piece in scanner)
    return {"articles": count, "seconds": time.process_time() - started, "growth_mb": growth_mb(before)}


def read(path: Path) -> dict[str, float]:
    """Read an export to its end: articles, seconds, growth of memory."""
    before, started = memory_kb("VmRSS"), time.process_time()
    ledger = Ledger()
    for item in open_export(str(path), now=datetime.now(UTC)):
        ledger.see(item)
        ledger.created += isinstance(item, Read)
    seconds = time.process_time() - started
    if not ledger.report().adds_up:
        raise SystemExit("the ledger doesn't add up")
    return {"articles": ledger.created, "seconds": seconds, "growth_mb": growth_mb(before)}


def prepared(path: Path) -> dict[str, float]:
    """Prepare the first 500 articles of an export."""
    export = open_export(str(path), now=datetime.now(UTC))
    taken = list(islice((item for item in export if isinstance(item, Read)), 500))
    started = time.process_time()
    for each in taken:
        prepare(each.article, each.html, each.base, export.hosts)
    return {"articles": len(taken), "us": (time.process_time() - started) / len(taken) * 1e6}


def brought(path: Path) -> dict[str, float]:
    """Import an export into the site beside it by the command: CPU and real seconds, the largest process's memory."""
    command = [sys.executable, "-m", "publisher", "import", str(path), "--site", str(path.with_suffix("")), "--json"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        seen = json.loads(process.stdout.read())["seen"]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    real = time.perf_counter() - began
    return {"seen": seen, "cpu": used.ru_utime + used.ru_stime, "real": real, "peak_mb": used.ru_maxrss / 1024}


def write_articles(path: Path, count: int) -> Path:
    """A WordPress export of so many articles."""
    rng = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(wxr_item(rng, number) for number in range(1, count + 1))
        file.write("</channel></rss>\n")
    return path


def end_to_end(folder: Path, articles: int, others: Sequence[Path]) -> None:
    """Print what imports cost: of a WordPress export twice, of the others once."""
    compileall.compile_dir(Path(publisher.__file__).parent, quiet=2)
    small = apart("brought", write_articles(folder / "small.xml", 3))
    source = write_articles(folder / "articles.xml", articles)
    for name, path in (("import", source), ("again", source), *((each.name, each) for each in others)):
        found = apart("brought", path)
        seen, cpu, real = found["seen"], found["cpu"], found["real"]
        print(
            f"{name:11} {seen:,} articles: {cpu / seen * 1000:.2f} ms CPU each, {real / seen * 1000:.2f} ms by the"
            f" clock ({seen / cpu:,.0f} a CPU second, {seen / real:,.0f} a second),"
            f" +{found['peak_mb'] - small['peak_mb']:.0f} MB",
            flush=True,
        )


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "cut": cut,
    "parse": parse,
    "read": read,
    "prepared": prepared,
    "brought": brought,
}


def apart(part: str, path: Path) -> dict[str, float]:
    """Run a part in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--part", part, str(path)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def measure(path: Path) -> None:
    """Print a line for an export."""
    size, found = path.stat().st_size / 1e6, apart("read", path)
    print(
        f"{path.name:11} {size:5.0f} MB {found['articles']:7,.0f} articles  read {size / found['seconds']:5.0f} MB/s,"
        f" {found['seconds'] / found['articles'] * 1e6:4.0f} us each, +{found['growth_mb']:.0f} MB"
        f"  prepare {apart('prepared', path)['us']:.0f} us each",
        flush=True,
    )


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=300)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--part", choices=sorted(PARTS))
    parser.add_argument("path", nargs="?", type=Path)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](given.path)))
        return
    with TemporaryDirectory() as folder:
        wxr, ghost, feed = (Path(folder) / name for name in ("export.xml", "ghost.json", "feed.xml"))
        write_wxr(wxr, given.mb)
        size = wxr.stat().st_size / 1e6
        for part in ("cut", "parse"):
            found = apart(part, wxr)
            print(f"{wxr.name:11} {part} {size / found['seconds']:.0f} MB/s, +{found['growth_mb']:.0f} MB", flush=True)
        measure(wxr)
        write_ghost(ghost, 5000)
        measure(ghost)
        write_feed(feed, 1000)
        measure(feed)
        wxr.unlink()
        end_to_end(Path(folder), given.articles, (ghost, feed))


if __name__ == "__main__":
    main()
