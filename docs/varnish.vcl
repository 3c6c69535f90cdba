# Varnish in front of Publisher, purged by key: xkey comes with Debian's varnish-modules.
# Publisher runs with cdn_keys = "Surrogate-Key", and with cdn_max_age once something sends the purges.
vcl 4.1;

import std;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .host_header = "example.org";  # of the probe: the site answers for its own name only
    .probe = { .url = "/robots.txt"; .interval = 2s; .timeout = 2s; .window = 4; .threshold = 2; .initial = 2; }
}

acl purgers { "127.0.0.1"; "::1"; }

sub vcl_recv {
    # curl -X PURGE -H "xkey: a12 latest many" http://127.0.0.1:6081/
    if (req.method == "PURGE") {
        if (client.ip !~ purgers || !req.http.xkey) { return (synth(403)); }
        return (synth(200, "Purged " + xkey.purge(req.http.xkey)));
    }
    if (req.url ~ "^/(?:api|wp-json|micropub|_)(?:[/?]|$)" || req.url ~ "[?&]rest_route=" || req.http.Authorization) {
        return (pass);
    }
    unset req.http.Cookie;
    # Arguments that no document knows make no copy of their own.
    set req.http.X-Query = "&" + regsub(req.url, "^[^?]*\?*", "");
    set req.http.X-Query = regsuball(req.http.X-Query, "&(?!(?:q|page|p|page_id|feed|s)=)[^&]*", "");
    set req.url = std.querysort(regsub(req.url, "\?.*", "") + regsub(req.http.X-Query, "^&", "?"));
    unset req.http.X-Query;
    # A delta is one client's; the page about a feed is for those who open it.
    unset req.http.A-IM;
    if (req.http.Sec-Fetch-Dest != "document" || req.url !~ "\.(?:rss|atom|json)(?:\?|$)") {
        unset req.http.Sec-Fetch-Dest;
    }
    # While the server answers, what is old is sent at most once more, while the new comes.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 60s;
    }
}

sub vcl_backend_response {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    if (beresp.http.Cache-Control ~ "stale-if-error") {
        set beresp.grace = 24h;
    } else {
        set beresp.grace = 0s;
    }
}

sub vcl_deliver {
    unset resp.http.xkey;
}
