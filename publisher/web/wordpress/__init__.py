"""A subset of WordPress's REST API, so that writing apps and automation that speak it can write here."""

from publisher.web.wordpress.route import Wordpress

__all__ = ["Wordpress"]
