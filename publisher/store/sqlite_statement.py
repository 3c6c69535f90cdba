"""Every statement of the SQLite engine but those of selections, which `sqlite_select` puts together.

Lists of values are bound as one JSON array. Lists end their order in a unique column. Nothing that
writes uses RETURNING or INSERT ... SELECT: SQLite begins a savepoint for those, at which FTS5 writes its
pending words out, once an article instead of once a transaction (0.4 ms of 1.7 an article).
"""

# One article

ARTICLE = "SELECT a.record, b.zstd FROM article AS a LEFT JOIN body AS b ON b.id = a.id WHERE "
BY_ID = ARTICLE + "a.id = ?"
BY_GUID = ARTICLE + "a.guid = ?"
BY_PATH = ARTICLE + "a.path = ?"
BY_SOURCE = ARTICLE + "a.source_kind = ? AND a.source_site = ? AND a.source_id = ?"
BY_SOURCES = """
SELECT wanted.key, a.record FROM json_each(?) AS wanted CROSS JOIN article AS a
ON a.source_kind = wanted.value ->> 0 AND a.source_site = wanted.value ->> 1 AND a.source_id = wanted.value ->> 2
"""
BY_STORY = ARTICLE + "a.story_slug = ?"
ID_BY_ID = "SELECT id FROM article WHERE id = ?"
ID_BY_GUID = "SELECT id FROM article WHERE guid = ?"
ID_BY_PATH = "SELECT id FROM article WHERE path = ?"
ID_BY_SOURCE = "SELECT id FROM article WHERE source_kind = ? AND source_site = ? AND source_id = ?"
ID_BY_STORY = "SELECT id FROM article WHERE story_slug = ?"
LAST_ID = "SELECT coalesce(max(id), 0) FROM article"
LAST_ID_AND_CHANGE = f"SELECT ({LAST_ID}), (SELECT coalesce(max(seq), 0) FROM change)"

PUT_ARTICLE = """
INSERT INTO article (id, revision, guid, path, source_kind, source_site, source_id, story_slug, status,
  published, updated, first_published, expires, views, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, path = excluded.path,
  source_kind = excluded.source_kind, source_site = excluded.source_site, source_id = excluded.source_id,
  story_slug = excluded.story_slug, status = excluded.status, published = excluded.published,
  updated = excluded.updated, first_published = excluded.first_published, expires = excluded.expires,
  views = excluded.views, record = excluded.record
"""
PUT_BODY = "INSERT INTO body (id, zstd) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET zstd = excluded.zstd"
LISTED = """
SELECT id, record FROM article WHERE id IN (SELECT value FROM json_each(?)) AND status = 'published'
"""
BODIES = "SELECT id, zstd FROM body WHERE id IN (SELECT value FROM json_each(?))"
EVERY = """
SELECT a.record, b.zstd FROM article AS a LEFT JOIN body AS b ON b.id = a.id
WHERE a.id > ? ORDER BY a.id LIMIT ?
"""
IN_STATUS = """
SELECT record FROM article WHERE status = :status AND id < :before ORDER BY id DESC LIMIT :limit
"""

# Words

PUT_WORDS = "INSERT INTO word (rowid, title, dek, text) VALUES (?, ?, ?, ?)"
DROP_WORDS = "INSERT INTO word (word, rowid, title, dek, text) VALUES ('delete', ?, ?, ?, ?)"
MERGE = "INSERT INTO word (word, rank) VALUES ('merge', ?)"
SEARCH = """
SELECT a.record, b.zstd FROM (
  SELECT id, score FROM (
    SELECT rowid AS id, bm25(word, 8.0, 3.0, 1.0) AS score FROM word
    WHERE word MATCH ? ORDER BY rowid DESC LIMIT ?
  ) ORDER BY score, id DESC LIMIT ? OFFSET ?
) AS best JOIN article AS a ON a.id = best.id LEFT JOIN body AS b ON b.id = a.id
ORDER BY best.score, best.id DESC
"""
WHOLE = """
SELECT a.record, b.zstd FROM json_each(?) AS wanted CROSS JOIN article AS a ON a.id = wanted.value
LEFT JOIN body AS b ON b.id = a.id ORDER BY wanted.key
"""
SEARCH_BY = """
SELECT rowid FROM word WHERE word MATCH ?
AND +rowid IN (SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid DESC LIMIT ?)
ORDER BY bm25(word, 8.0, 3.0, 1.0), rowid DESC LIMIT ?
"""
"""Ranked by some phrases of those that must match; `+` keeps SQLite from asking the index once for each rowid."""
NTH_NEWEST = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
NTH_OLDEST = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid LIMIT 1 OFFSET ?"
NEWEST_ABOVE = "SELECT rowid FROM word WHERE word MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?"
NEWEST_MATCHES = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid DESC LIMIT ?"
NEWEST_OF_EACH = """
SELECT asked.value, (SELECT json_group_array(rowid) FROM (
  SELECT rowid FROM word WHERE word MATCH asked.value ORDER BY rowid DESC LIMIT ?
)) FROM json_each(?) AS asked
"""
"""One statement a page, not one a word: 0.9 ms for 48 words, 1.4 ms asked one by one."""
SIGHTED = """
SELECT a.id, a.record, d.sz FROM json_each(?) AS wanted CROSS JOIN article AS a ON a.id = wanted.value
CROSS JOIN word_docsize AS d ON d.id = a.id WHERE a.status = 'published'
"""
"""`word_docsize` is FTS5's own table of how many words each column has."""

UNKNOWN_TERMS = """
SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM spelling WHERE term = value)
"""
PUT_SPELLING = "INSERT INTO spelling (term, shown) VALUES (?, ?)"
PUT_GRAM = "INSERT INTO gram (gram, spelling) VALUES (?, ?)"
MATCHED = """
SELECT asked.value FROM json_each(?) AS asked
WHERE EXISTS (SELECT 1 FROM word WHERE word MATCH asked.value) ORDER BY asked.key
"""
"""One statement for all near words of one: 1.0 ms for 340, 2.4 ms asked one by one."""
ALIKE = """
SELECT term FROM gram JOIN spelling ON spelling.id = gram.spelling WHERE gram = ? ORDER BY gram.spelling LIMIT ?
"""
SHOWN = "SELECT shown FROM spelling WHERE term = ?"

# Shelves

NEW_SHELF = "INSERT INTO shelf (name, updated) VALUES (?, 0)"
PUT_SHELF = "UPDATE shelf SET articles = ?, pages = ?, stories = ?, updated = ?, sequence = ? WHERE id = ?"
SHELF_STATES = """
SELECT name, id, articles, pages, stories, updated, sequence FROM shelf
WHERE name IN (SELECT value FROM json_each(?))
"""
PUT_MEMBERSHIP = "INSERT INTO membership (shelf, published, id, kind) VALUES (?, ?, ?, ?)"
DROP_MEMBERSHIP = "DELETE FROM membership WHERE shelf = ? AND published = ? AND id = ?"
SHELVES = """
SELECT name, id, articles, pages, stories FROM shelf WHERE name IN (SELECT value FROM json_each(?))
"""
MONTHS = "SELECT name, articles FROM shelf WHERE name BETWEEN 'm/' AND 'm0' AND articles > 0 ORDER BY name DESC"

SECTION_NAMES = "SELECT slug, name, description, position FROM section"
AUTHOR_NAMES = "SELECT slug, name, bio, url, avatar FROM author"
PORTRAYED = f"{AUTHOR_NAMES} WHERE instr(avatar, ?) ORDER BY slug LIMIT 100"
TAG_NAMES = "SELECT slug, name FROM tag"
AMONG = " WHERE slug IN (SELECT value FROM json_each(?))"
PUT_SECTION = """
INSERT INTO section (slug, name, description, position) VALUES (?, ?, ?, ?)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, description = excluded.description,
  position = excluded.position
"""
PUT_AUTHOR = """
INSERT INTO author (slug, name, bio, url, avatar) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, bio = excluded.bio, url = excluded.url,
  avatar = excluded.avatar
"""
PUT_TAG = "INSERT INTO tag (slug, name) VALUES (?, ?) ON CONFLICT (slug) DO UPDATE SET name = excluded.name"
DROP_SECTION = "DELETE FROM section WHERE slug = ?"
DROP_TAG = "DELETE FROM tag WHERE slug = ?"
DROP_AUTHOR = "DELETE FROM author WHERE slug = ?"
CARRIED = """
SELECT 1 FROM shelf WHERE name = ? AND articles + pages + stories > 0
UNION ALL SELECT 1 FROM article WHERE status IN ('draft', 'scheduled', 'private', 'trash') AND """
CARRIED_BY = {
    "s/": f"{CARRIED} json_extract(record, '$.section.slug') = ? LIMIT 1",
    "t/": f"{CARRIED} ? IN (SELECT json_extract(value, '$.slug') FROM json_each(record, '$.tags')) LIMIT 1",
    "w/": f"{CARRIED} ? IN (SELECT json_extract(value, '$.slug') FROM json_each(record, '$.authors')) LIMIT 1",
}
SECTION = """
SELECT x.slug, x.name, x.description, x.position, coalesce(h.articles, 0), h.updated
FROM section AS x LEFT JOIN shelf AS h ON h.name = 's/' || x.slug
"""
SECTIONS = SECTION + "ORDER BY x.position, x.slug"
ONE_SECTION = SECTION + "WHERE x.slug = ?"
TAG = """
SELECT x.slug, x.name, coalesce(h.articles, 0), h.updated
FROM tag AS x LEFT JOIN shelf AS h ON h.name = 't/' || x.slug
"""
TAGS = TAG + "WHERE h.articles > 0 ORDER BY x.slug LIMIT ? OFFSET ?"
ONE_TAG = TAG + "WHERE x.slug = ?"
AUTHOR = """
SELECT x.slug, x.name, x.bio, x.url, x.avatar, coalesce(h.articles, 0), h.updated
FROM author AS x LEFT JOIN shelf AS h ON h.name = 'w/' || x.slug
"""
AUTHORS = AUTHOR + "WHERE h.articles > 0 ORDER BY x.slug LIMIT ? OFFSET ?"
ONE_AUTHOR = AUTHOR + "WHERE x.slug = ?"

TALLY = "SELECT status, articles FROM tally"
ADD_TALLY = """
INSERT INTO tally (status, articles) VALUES (?, ?)
ON CONFLICT (status) DO UPDATE SET articles = articles + excluded.articles
"""

# Sitemaps

NEXT_SEQUENCE = "SELECT sequence FROM next_place WHERE kind = ? AND month = ?"
PUT_SEQUENCE = """
INSERT INTO next_place (kind, month, sequence) VALUES (?, ?, ?)
ON CONFLICT (kind, month) DO UPDATE SET sequence = excluded.sequence
"""
FRAGMENT = "SELECT fragment FROM fragment WHERE kind = ? AND month = ? AND sequence = ?"
PUT_FRAGMENT = """
INSERT INTO fragment (kind, month, sequence, fragment) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, month, sequence) DO UPDATE SET fragment = excluded.fragment
"""
DROP_FRAGMENT = "DELETE FROM fragment WHERE kind = ? AND month = ? AND sequence = ?"
PUT_CHUNK = """
INSERT INTO chunk (kind, month, number, urls, changed, entry) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, month, number) DO UPDATE SET urls = urls + excluded.urls,
  changed = excluded.changed, entry = excluded.entry
"""
INDEX = """
SELECT CAST(coalesce(group_concat('<sitemap><loc>' || ? || substr(entry, 15), ''), '') AS BLOB) FROM (
  SELECT entry FROM chunk WHERE urls > 0 ORDER BY kind, month, number
)
"""
"""The base comes after `<sitemap><loc>`, the first 14 characters of every entry."""
CHUNKS = """
SELECT kind, month, number, urls, changed FROM chunk
WHERE kind = ? AND month BETWEEN ? AND ? AND urls > 0 ORDER BY month, number
"""
CHUNK = """
SELECT fragment FROM fragment WHERE kind = ? AND month = ? AND sequence >= ? AND sequence < ?
ORDER BY sequence
"""

SHELF_CHUNK = """
SELECT name, articles, updated FROM shelf
WHERE substr(name, 1, 2) = ? AND sequence >= ? AND sequence < ? AND articles > 0 ORDER BY sequence
"""

# Redirects

REDIRECT = "SELECT target FROM redirect WHERE path = ?"
REDIRECTS_TO = "SELECT path FROM redirect WHERE target = ?"
PUT_REDIRECT = """
INSERT INTO redirect (path, target) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET target = excluded.target
"""
OF_THESE = "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM"
TAKEN = {
    ID_BY_GUID: f"{OF_THESE} article WHERE guid = value)",
    ID_BY_PATH: f"{OF_THESE} article WHERE path = value)",
    ID_BY_STORY: f"{OF_THESE} article WHERE story_slug = value)",
    REDIRECT: f"{OF_THESE} redirect WHERE path = value)",
    REDIRECTS_TO: f"{OF_THESE} redirect WHERE target = value)",
}
"""For statements that look up one value: which of many they would find."""
DROP_REDIRECT = "DELETE FROM redirect WHERE path = ?"
REDIRECTS = "SELECT path, target FROM redirect WHERE path > ? ORDER BY path LIMIT ?"

# The log

CHANGE = "SELECT seq, at, action, article_id, keys, paths FROM change "
LAST_CHANGE = "SELECT seq, at FROM change ORDER BY seq DESC LIMIT 1"
CHANGES = CHANGE + "WHERE seq > ? ORDER BY seq LIMIT ?"
NEWEST_CHANGE = CHANGE + "WHERE seq = (SELECT max(seq) FROM key_mark WHERE key IN (SELECT value FROM json_each(?)))"
PUT_CHANGE = "INSERT INTO change (at, action, article_id, keys, paths) VALUES (?, ?, ?, ?, ?)"
PUT_MARK = """
INSERT INTO key_mark (key, seq) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET seq = excluded.seq
"""

# What waits

NEXT_DUE = """
SELECT min(at) FROM (
  SELECT min(published) AS at FROM article INDEXED BY article_scheduled
  WHERE status = 'scheduled' AND published IS NOT NULL
  UNION ALL
  SELECT min(expires) FROM article INDEXED BY article_expiring WHERE status = 'published' AND expires IS NOT NULL
)
"""
"""Left to itself SQLite goes through all published articles by their status: 350 ms a second in a million."""
DUE = """
SELECT a.record, b.zstd FROM (
  SELECT at, id FROM (
    SELECT published AS at, id FROM article INDEXED BY article_scheduled
    WHERE status = 'scheduled' AND published IS NOT NULL AND published <= :now
    ORDER BY published, id LIMIT :limit
  )
  UNION ALL
  SELECT at, id FROM (
    SELECT expires AS at, id FROM article INDEXED BY article_expiring
    WHERE status = 'published' AND expires IS NOT NULL AND expires <= :now
    ORDER BY expires, id LIMIT :limit
  )
  ORDER BY at, id LIMIT :limit
) AS ripe JOIN article AS a ON a.id = ripe.id LEFT JOIN body AS b ON b.id = a.id
ORDER BY ripe.at, ripe.id
"""

# Media and memory

MEDIA = "SELECT record FROM media WHERE sha256 = ?"
MEDIA_BY_URL = "SELECT record FROM media WHERE url = ? AND url <> '' ORDER BY saved DESC LIMIT 1"
MEDIA_LIKE = "SELECT record FROM media WHERE sha256 >= ? ORDER BY sha256 LIMIT 1"
FILES = """
SELECT record FROM media
WHERE saved < coalesce((SELECT saved FROM media WHERE sha256 = ?), 9223372036854775807)
ORDER BY saved DESC LIMIT ? OFFSET ?
"""
COUNT_FILES = "SELECT count(*) FROM media"
DROP_MEDIA = "DELETE FROM media WHERE sha256 = ?"
PUT_MEDIA = "INSERT OR REPLACE INTO media (sha256, url, record) VALUES (?, ?, ?)"
DESCRIBE_MEDIA = "UPDATE media SET url = ?2, record = ?3 WHERE sha256 = ?1"
RECALL = "SELECT value FROM memory WHERE name = ?"
REMEMBER = """
INSERT INTO memory (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
RECALL_ALL = """
SELECT name, value FROM memory WHERE name BETWEEN ?1 AND ?1 || char(0x10FFFF) ORDER BY name
"""
"""Up to the last character that there is: what comes behind the prefix is not gone through."""
FORGET = "DELETE FROM memory WHERE name = ?"
