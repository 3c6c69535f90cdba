"""Every document of the catalogue as files: a folder that nginx (gzip_static) or any CDN can serve.

A path that ends in a slash becomes `index.html` in its folder. Beside a compressible file stand its
`.gz`, `.br` and `.zst`. Redirects become `_redirects` and an nginx map. What was written, by which
keys, is kept in a ledger in the folder, so that a later build makes only what a change touched.
"""

from publisher.build.builder import Builder, Find, Report, rate
from publisher.build.deal import deal
from publisher.build.folder import alone, file_name, nginx_map
from publisher.build.plan import Slice

__all__ = ["Builder", "Find", "Report", "Slice", "alone", "deal", "file_name", "nginx_map", "rate"]
