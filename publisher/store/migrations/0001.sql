-- Instants are integer microseconds since 1970-01-01 UTC. `record` is the article as JSON without its
-- body; the columns beside it are what is looked up, sorted and kept unique.

CREATE TABLE article (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  guid TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL UNIQUE,
  source_kind TEXT,
  source_site TEXT,
  source_id TEXT,
  story_slug TEXT,
  status TEXT NOT NULL,
  published INTEGER,
  updated INTEGER,
  first_published INTEGER,
  expires INTEGER,
  views INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX article_source ON article (source_kind, source_site, source_id)
  WHERE source_kind IS NOT NULL;
CREATE UNIQUE INDEX article_story ON article (story_slug) WHERE story_slug IS NOT NULL;
CREATE INDEX article_updated ON article (updated DESC, id DESC, published) WHERE status = 'published';
CREATE INDEX article_views ON article (views DESC, id DESC, published) WHERE status = 'published';
CREATE INDEX article_first ON article (first_published, id, published) WHERE status = 'published';
CREATE INDEX article_scheduled ON article (published, id)
  WHERE status = 'scheduled' AND published IS NOT NULL;
CREATE INDEX article_expiring ON article (expires, id)
  WHERE status = 'published' AND expires IS NOT NULL;

-- Bodies apart: a list never reads past them. Zstandard frames of MessagePack.
CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  zstd BLOB NOT NULL
) STRICT;

-- A shelf is a list of public articles: "*" all, "s/" section, "t/" tag, "w/" author, "m/" month,
-- "l/" language, "k/" kind, "f/" mark. Its counts are kept, never counted. `sequence` is its number among
-- the sections, tags or authors that a sitemap lists.
CREATE TABLE shelf (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  articles INTEGER NOT NULL DEFAULT 0,
  pages INTEGER NOT NULL DEFAULT 0,
  stories INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL,
  sequence INTEGER
) STRICT;

CREATE UNIQUE INDEX shelf_listed ON shelf (substr(name, 1, 2), sequence) WHERE sequence IS NOT NULL;

-- In the order of every list, newest first; it has a row for public articles only.
CREATE TABLE membership (
  shelf INTEGER NOT NULL,
  published INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (shelf, published DESC, id DESC)
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
  slug TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
  slug TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE author (
  slug TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  bio TEXT NOT NULL,
  url TEXT NOT NULL,
  avatar TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  status TEXT PRIMARY KEY,
  articles INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Finished sitemap <url> fragments in the order of their places: a chunk is one range of them.
CREATE TABLE fragment (
  kind TEXT NOT NULL,
  month TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  fragment BLOB NOT NULL,
  PRIMARY KEY (kind, month, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunk (
  kind TEXT NOT NULL,
  month TEXT NOT NULL,
  number INTEGER NOT NULL,
  urls INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (kind, month, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE next_place (
  kind TEXT NOT NULL,
  month TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (kind, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE redirect (
  path TEXT PRIMARY KEY,
  target TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX redirect_target ON redirect (target, path);

CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  article_id INTEGER NOT NULL,
  keys TEXT NOT NULL,
  paths TEXT NOT NULL
) STRICT;

-- The newest change of every key.
CREATE TABLE key_mark (
  key TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
  saved INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE INDEX media_url ON media (url, saved) WHERE url <> '';

CREATE TABLE memory (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Words come folded and split already (publisher.store.words), so every byte above ASCII is a letter here.
-- Without content: the text is in `body`, and a row is taken out by what was put in.
CREATE VIRTUAL TABLE word USING fts5 (title, dek, text, content = '', tokenize = 'ascii');
-- Words of a transaction are gathered in memory up to this many bytes: an import writes fewer segments.
INSERT INTO word (word, rank) VALUES ('hashsize', 8388608);
