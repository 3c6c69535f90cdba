"""The desk: the only writer of articles, media records and redirects."""

from publisher.desk.desk import Desk

__all__ = ["Desk"]
