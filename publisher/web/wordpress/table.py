"""The table of WordPress's routes: pattern, who may do what there, the error code for what isn't there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.desk.token import Scope
from publisher.model import Kind
from publisher.web.wordpress import entry, shelf, view
from publisher.web.wordpress.call import Run

ID, NAME = r"(?P<id>[1-9]\d{0,14})", r"(?P<name>[\w-]+)"
READ, WRITE, MEDIA = Scope.READ, Scope.WRITE, Scope.MEDIA

LIST = ("context", "page", "per_page", "search", "include", "exclude", "offset", "order", "orderby", "slug")
"""Arguments of every list: clients that make themselves from the index offer what it names."""
POST_LIST = (
    "status author after before modified_after modified_before categories categories_exclude tags tags_exclude sticky"
).split()
TERM_LIST = (*LIST, "hide_empty")

Methods = Mapping[str, tuple[Scope, Run]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address below the namespace; `args` are those of its GET."""

    pattern: str
    methods: Methods
    missing: str = "rest_no_route"
    args: tuple[str, ...] = ()


def routes(base: str) -> tuple[Route, ...]:
    """All of them."""
    entries = [each for name, kind in view.TYPES.items() for each in _entries(name, kind)]
    return (*entries, *_files(), *_terms(), *_users(), *_constants(base))


def _changing(scope: Scope, run: Run) -> Methods:
    return dict.fromkeys(("POST", "PUT", "PATCH"), (scope, run))


def _entries(name: str, kind: Kind) -> tuple[Route, ...]:
    missing, one = "rest_post_invalid_id", f"/{name}/{ID}"
    listed = {"GET": (READ, entry.lister(kind)), "POST": (WRITE, entry.creator(kind))}
    stored = {"GET": (READ, entry.reader(kind)), **_changing(WRITE, entry.changer(kind))}
    saved = {"GET": (READ, entry.revisions(kind)), "POST": (WRITE, entry.autosaver(kind))}
    return (
        Route(f"/{name}", listed, args=(*LIST, *POST_LIST)),
        Route(one, {**stored, "DELETE": (WRITE, entry.remover(kind))}, missing),
        Route(f"{one}/autosaves", saved, missing),
        Route(f"{one}/revisions", {"GET": (READ, entry.revisions(kind))}, missing),
        Route(rf"{one}/(?:revisions|autosaves)/\d+", {"GET": (READ, entry.no_revision(kind))}, missing),
    )


def _files() -> tuple[Route, ...]:
    remove = (Scope.ADMIN, shelf.remove_file)
    stored = {"GET": (READ, shelf.file), **_changing(MEDIA, shelf.change_file), "DELETE": remove}
    return (
        Route("/media", {"GET": (READ, shelf.files), "POST": (MEDIA, shelf.upload)}, args=LIST[:5]),
        Route(f"/media/{ID}", stored, "rest_post_invalid_id"),
    )


def _terms() -> tuple[Route, ...]:
    missing, remove = "rest_term_invalid", (Scope.ADMIN, shelf.remove_category)
    category = {"GET": (READ, shelf.get_category), **_changing(WRITE, shelf.change_category), "DELETE": remove}
    tag = {"GET": (READ, shelf.get_tag), **_changing(Scope.ADMIN, shelf.change_tag)}
    tag["DELETE"] = (Scope.ADMIN, shelf.remove_tag)
    categories = {"GET": (READ, shelf.categories), "POST": (WRITE, shelf.create_category)}
    return (
        Route("/categories", categories, args=TERM_LIST),
        Route(f"/categories/{ID}", category, missing),
        Route("/tags", {"GET": (READ, shelf.tags), "POST": (WRITE, shelf.create_tag)}, args=TERM_LIST),
        Route(f"/tags/{ID}", tag, missing),
    )


def _users() -> tuple[Route, ...]:
    return (
        Route("/users/me", {"GET": (READ, shelf.me)}),
        Route("/users", {"GET": (READ, shelf.users)}, args=LIST),
        Route(f"/users/{ID}", {"GET": (READ, shelf.user)}, "rest_user_invalid_id"),
    )


def _constants(base: str) -> tuple[Route, ...]:
    tables = {
        "types": (view.types(base), "rest_type_invalid"),
        "statuses": (view.statuses(), "rest_status_invalid"),
        "taxonomies": (view.taxonomies(base), "rest_taxonomy_invalid"),
    }
    whole = [Route(f"/{name}", {"GET": (READ, shelf.constant(value))}) for name, (value, _) in tables.items()]
    parts = [
        Route(f"/{name}/{NAME}", {"GET": (READ, shelf.part(value))}, missing)
        for name, (value, missing) in tables.items()
    ]
    return (
        *whole,
        *parts,
        Route("/settings", {"GET": (READ, shelf.settings)}),
        Route("/search", {"GET": (READ, entry.search)}, args=LIST[:4]),
        Route("/comments", {"GET": (READ, shelf.nothing)}),
        Route("/blocks", {"GET": (READ, shelf.nothing)}),
    )
