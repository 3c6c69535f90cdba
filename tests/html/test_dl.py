"""A list of definitions that defines nothing loses its list, not its content."""

import pytest

from publisher.html import sanitise


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<dl><dt></dt></dl><p>After</p>", "<p>After</p>"),
        ('<dl class="gallery"><dt><a href="/a/">Picture</a></dt></dl>', '<a href="/a/">Picture</a>'),
        ("<dl><dt>Term</dt><dd>What it means</dd></dl>", "<dl><dt>Term</dt><dd>What it means</dd></dl>"),
        ("<dl>text</dl>", "text"),
    ],
)
def test_a_list_of_definitions(html: str, kept: str):
    assert sanitise(html) == kept
