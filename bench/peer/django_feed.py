"""Django's syndication framework behind its own cache: a WSGI application, in a virtual environment with Django.

FEED=feed.rss gunicorn --chdir bench/peer django_feed:application  serves the entries of that file at /feed.rss. The
view's answer is kept in memory, in gzip too; the usual middleware makes it a 304.
"""

# ruff: noqa: E402 - Django is set up before its views can be imported

import os
import re
from pathlib import Path
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=["django.contrib.syndication"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()

from django.contrib.syndication.views import Feed
from django.core.wsgi import get_wsgi_application
from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.decorators.gzip import gzip_page

ENTRIES = re.findall("<title>(.*?)</title><guid>(.*?)</guid>", Path(os.environ["FEED"]).read_text())


class Latest(Feed):  # type: ignore[misc]
    title, link, description = "The Magazine", "/", "About everything."

    def items(self) -> list[tuple[str, str]]:
        return ENTRIES

    def item_title(self, item: tuple[str, str]) -> str:
        return item[0]

    def item_description(self, item: tuple[str, str]) -> str:
        return item[0]

    def item_guid(self, item: tuple[str, str]) -> str:
        return item[1]

    def item_link(self, item: tuple[str, str]) -> str:
        return f"/{item[1]}/"


view: Any = cache_page(3600)(gzip_page(Latest()))
urlpatterns = [path("feed.rss", view)]
application = get_wsgi_application()
