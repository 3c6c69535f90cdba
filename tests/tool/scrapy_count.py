"""Scrapy's own sitemap spider, in a process of its own as its reactor runs once: prints what it finds.

python -m tests.tool.scrapy_count ROBOTS_URL
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from scrapy.crawler import CrawlerProcess
from scrapy.spiders import SitemapSpider


class Counting(SitemapSpider):
    """Follows every sitemap from robots.txt and keeps the locations instead of fetching them."""

    name = "counting"
    sitemap_urls = (sys.argv[1],)
    custom_settings = {"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "RETRY_ENABLED": False}
    found: list[str] = []

    def sitemap_filter(self, entries: Any) -> Iterator[dict[str, Any]]:
        """The files of an index are followed, the entries of a urlset kept."""
        for entry in entries:
            if entries.type == "sitemapindex":
                yield entry
            else:
                self.found.append(entry["loc"])


def main() -> None:
    """Crawl and print the locations as JSON."""
    process = CrawlerProcess()
    process.crawl(Counting)
    process.start()
    print(json.dumps(Counting.found))


if __name__ == "__main__":
    main()
