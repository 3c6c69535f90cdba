"""Whatever a CMS does in whatever order, the API, the pages and the log agree (drill 27)."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.api.cms import Cms, cms

TEXT = st.text(max_size=30)
TAGS = st.lists(st.sampled_from(["a", "b", "ü"]), max_size=3)
STATUS = st.sampled_from(["draft", "published", "private", "trash"])


class Newsroom(RuleBasedStateMachine):
    """A CMS beside a model of what it should find: id -> (revision, status, title)."""

    articles = Bundle("articles")

    @initialize()
    def open(self) -> None:
        """An empty site."""
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.site = cms(Path(self.folder.name))
        self.cms: Cms = self.runner.run(self.site.__aenter__())
        self.known: dict[int, tuple[int, str]] = {}

    def send(self, *arguments: Any, **rest: Any) -> Any:
        """One request; no answer is a 5xx."""
        reply = self.runner.run(self.cms.send(*arguments, **rest))
        assert reply.status < 500, reply.text
        return reply

    @rule(
        target=articles,
        title=TEXT,
        html=TEXT,
        status=STATUS,
        tags=st.lists(st.sampled_from(["a", "b", "ü"]), max_size=3),
    )
    def create(self, **fields: Any) -> int:
        reply = self.send("POST", "/api/articles", fields)
        if reply.status != 201:
            assert reply.errors
            return 0
        self.known[reply.json["id"]] = (reply.json["revision"], reply.json["status"])
        return int(reply.json["id"])

    @rule(id=articles, changes=st.fixed_dictionaries({}, optional={"title": TEXT, "status": STATUS, "slug": TEXT}))
    def change(self, id: int, changes: dict[str, str]) -> None:
        if id:
            revision = self.known[id][0]
            reply = self.send("PATCH", f"/api/articles/{id}", changes, If_Match=f'"{revision}"')
            assert reply.status in (200, 409, 422), reply.text
            if reply.status == 200:
                assert revision <= reply.json["revision"] <= revision + 1
                self.known[id] = (reply.json["revision"], reply.json["status"])

    @rule(id=articles)
    def forget_what_changed(self, id: int) -> None:
        if id:
            reply = self.send("PATCH", f"/api/articles/{id}", {"dek": "x"}, If_Match='"0"')
            assert reply.status == 412

    @rule(id=articles)
    def withdraw(self, id: int) -> None:
        if id:
            reply = self.send("DELETE", f"/api/articles/{id}", If_Match="*")
            assert reply.json["status"] == "trash"
            self.known[id] = (reply.json["revision"], "trash")

    @invariant()
    def the_site_shows_what_is_published_and_nothing_else(self) -> None:
        if not hasattr(self, "known"):
            return
        listed = self.send("GET", "/api/articles?status=any&limit=100").json["articles"]
        assert {each["id"]: (each["revision"], each["status"]) for each in listed} == self.known
        for each in listed[:3]:
            expected = {200} if each["status"] == "published" else {404, 410}
            assert self.send("GET", each["path"], token="").status in expected

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.site.__aexit__(None, None, None))
            self.runner.close()
            self.folder.cleanup()


Newsroom.TestCase.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
test_d27_a_newsroom_in_any_order = Newsroom.TestCase
