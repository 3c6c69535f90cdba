-- `entry` is a file's finished <sitemap>, so that the index is read as one text.
ALTER TABLE chunk ADD COLUMN entry TEXT NOT NULL DEFAULT '';

UPDATE chunk SET entry = '<sitemap><loc>/sitemap-' || kind || iif(month = '', '', '-' || month)
  || iif(number = 1, '', '-' || number) || '.xml</loc><lastmod>'
  || strftime('%Y-%m-%dT%H:%M:%SZ', changed / 1000000, 'unixepoch') || '</lastmod></sitemap>' || char(10);
