"""Django's sitemap framework on the rows of a table, measured; runs in a virtual environment with Django.

python django_sitemaps.py DATABASE ROUNDS  prints one JSON object. The table `entry` has id, path, updated.
"""

# ruff: noqa: E402 - Django is set up before its models can be imported

import gzip
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.sitemaps"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()

from django.contrib.sitemaps import (
    Sitemap,
    views,
)
from django.db import models
from django.test import RequestFactory
from django.urls import path


class Entry(models.Model):  # type: ignore[misc]
    path = models.CharField(max_length=500)
    updated = models.DateTimeField()

    class Meta:
        app_label = "bench"
        db_table = "entry"
        managed = False


class Entries(Sitemap):  # type: ignore[misc]
    limit = 1000
    protocol = "https"

    def items(self) -> Any:
        return Entry.objects.order_by("id")

    def location(self, item: Entry) -> str:
        return str(item.path)

    def lastmod(self, item: Entry) -> datetime:
        return cast(datetime, item.updated)


MAPS = {"articles": Entries}
urlpatterns = [
    path("sitemap.xml", views.index, {"sitemaps": MAPS, "sitemap_url_name": "map"}),
    path("sitemap-<section>.xml", views.sitemap, {"sitemaps": MAPS}, name="map"),
]


def index() -> bytes:
    request = RequestFactory().get("/sitemap.xml", HTTP_HOST="mag.example")
    response = views.index(request, MAPS, sitemap_url_name="map")
    return bytes(response.render().content)


def page(number: int) -> bytes:
    request = RequestFactory().get("/sitemap-articles.xml", {"p": number}, HTTP_HOST="mag.example")
    response = views.sitemap(request, MAPS, section="articles")
    return bytes(response.render().content)


def last_page() -> int:
    return -(-int(Entry.objects.count()) // Entries.limit)


def publish() -> None:
    number = Entry.objects.count()
    Entry.objects.create(path=f"/reviews/new-{number}/", updated=datetime.now(UTC))
    gzip.compress(index(), 6)
    gzip.compress(page(last_page()), 6)


def edit() -> None:
    entry = Entry.objects.get(id=Entry.objects.count() // 3)
    entry.updated = datetime.now(UTC)
    entry.save()
    gzip.compress(index(), 6)
    gzip.compress(page(-(-entry.id // Entries.limit)), 6)


def cost(work: Callable[[], object], rounds: int) -> float:
    """Median CPU milliseconds."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)


def main() -> None:
    rounds = int(sys.argv[2])
    found = {
        "index_ms": cost(index, rounds),
        "old_chunk_ms": cost(lambda: page(max(1, last_page() // 3)), rounds),
        "newest_chunk_ms": cost(lambda: page(last_page()), rounds),
        "publish_ms": cost(publish, rounds),
        "edit_ms": cost(edit, rounds),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "django": django.get_version(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
