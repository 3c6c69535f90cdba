"""Serves fixed documents on a free port of 127.0.0.1, for clients that want a real server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from publisher.model import Document


@contextmanager
def serving(documents: Mapping[str, Document], port: int) -> Iterator[list[str]]:
    """Answer with the documents, 404 else, while the block runs; gives the paths as they are asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            found = documents.get(self.path)
            body = found.body if found else b"nothing here"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", found.media_type if found else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
