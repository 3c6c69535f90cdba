-- Editors list drafts, scheduled, private and withdrawn articles: few among many published ones.
CREATE INDEX article_status ON article (status, id);
