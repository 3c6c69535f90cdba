-- Words of titles, deks and tags as they were written first, and their runs of three letters: what a misspelt word
-- is compared with (publisher.store.spelling). A word stays when its articles go; it is offered only if it finds something.
CREATE TABLE spelling (
  id INTEGER PRIMARY KEY,
  term TEXT NOT NULL UNIQUE,
  shown TEXT NOT NULL
) STRICT;

CREATE TABLE gram (
  gram TEXT NOT NULL,
  spelling INTEGER NOT NULL,
  PRIMARY KEY (gram, spelling)
) STRICT, WITHOUT ROWID;

-- What is there already, as the index has it.
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (word, col);
INSERT INTO spelling (term, shown)
  SELECT DISTINCT term, term FROM vocabulary
  WHERE col IN ('title', 'dek') AND length(term) BETWEEN 3 AND 24 AND term NOT GLOB '*[0-9]*' ORDER BY term;
DROP TABLE vocabulary;
INSERT OR IGNORE INTO gram (gram, spelling)
  WITH RECURSIVE run (spelling, marked, place) AS (
    SELECT id, '^' || term || '$', 1 FROM spelling
    UNION ALL SELECT spelling, marked, place + 1 FROM run WHERE place < length(marked) - 2
  )
  SELECT substr(marked, place, 3), spelling FROM run;
