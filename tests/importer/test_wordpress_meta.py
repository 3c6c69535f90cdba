"""What a WordPress export keeps beside an article's text: captions, languages, SEO fields (import.md I6, I9)."""

from pathlib import Path

import pytest

from tests.importer.test_wordpress import item, meta, only
from tests.importer.test_wordpress_body import picture


def test_i6_a_caption_is_plain_text(tmp_path: Path):
    described = picture(8).replace("<excerpt:encoded><![CDATA[", "<excerpt:encoded><![CDATA[Sea &amp; <i>sky</i>")
    hero = only(tmp_path, item(more=meta("_thumbnail_id", "8")), described).article.hero
    assert hero is not None
    assert hero.caption == "Sea & sky"


def test_a_translated_article_has_its_language_and_its_other_versions(tmp_path: Path):
    terms = '<category domain="language" nicename="fr"/><category domain="post_translations" nicename="pll_5f1"/>'
    article = only(tmp_path, item(more=terms)).article
    assert (article.language, article.translation_group) == ("fr", "pll_5f1")


def test_i9_a_post_of_another_type_has_its_own_categories(tmp_path: Path):
    terms = "".join(
        f'<category domain="{domain}" nicename="{slug}"><![CDATA[{slug}]]></category>'
        for domain, slug in (("product_type", "simple"), ("product_cat", "shoes"), ("product_tag", "red"))
    )
    article = only(tmp_path, item(post_type="product", more=terms)).article
    assert (article.section and article.section.slug, [tag.slug for tag in article.tags]) == ("shoes", ["red"])


SEO = [
    ("_seopress_titles_title", "%%post_title%% %%sep%% %%sitetitle%%", "Boats - Old Mag"),
    ("_aioseo_title", "#post_title: #post_excerpt", "Boats: Sea & sky"),
]


@pytest.mark.parametrize(("key", "template", "title"), SEO)
def test_i9_a_plugins_template_is_filled(tmp_path: Path, key: str, template: str, title: str):
    read = only(tmp_path, item(excerpt="Sea &amp; <i>sky</i>", more=meta(key, template)))
    assert read.article.seo.title == title


def test_i9_a_canonical_address_is_its_own_without_the_last_slash_too(tmp_path: Path):
    own = meta("_yoast_wpseo_canonical", "https://old.example/2010/05/boats")
    assert only(tmp_path, item(more=own)).article.canonical_url == ""
