-- The tags that a feed gave out are remembered under a name each now (publisher.catalogue.feed.memory): those of before
-- are given the whole feed once, as unknown ones are.
DELETE FROM memory WHERE name BETWEEN 'tags/' AND 'tags0';
