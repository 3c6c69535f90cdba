"""`publisher health`: whether a running server answers, for a container's health check."""

from __future__ import annotations

import http.client

import click

from publisher.error import FetchFailed


@click.command(epilog="Example:\n\n\b\n  publisher health --port 8080")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port of the server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the server.")
@click.option("--path", default="/robots.txt", show_default=True, help="What to ask for; /readyz on the admin port.")
@click.option("--timeout", "seconds", type=float, default=3.0, show_default=True, help="Seconds to wait.")
def health(port: int, host: str, path: str, seconds: float) -> None:
    """Ask a running server for something cheap; exit code 0 when it answers without an error of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"User-Agent": "publisher-health"})
        status = connection.getresponse().status
    except OSError as error:
        raise FetchFailed(f"nothing answers at {host}:{port} ({error or 'no answer in time'})") from error
    except http.client.HTTPException as error:
        raise FetchFailed(f"{host}:{port} does not speak HTTP ({error!r})") from error
    finally:
        connection.close()
    if status >= 500:
        raise FetchFailed(f"{host}:{port}{path} answers {status}")
    click.echo(f"{host}:{port}{path} answers {status}")
