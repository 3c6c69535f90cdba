"""Feed readers that aren't Python's: newsboat from Debian, rss-parser from npm."""

from pathlib import Path

from tests.tool.debian import find_program
from tests.tool.npm import npm_package

RSS_PARSER = "rss-parser@3.13.0"


def newsboat() -> Path:
    """The path of newsboat; raises ToolMissing."""
    return find_program("newsboat")


def node() -> Path:
    """The path of Node; raises ToolMissing."""
    return find_program("nodejs", "node")


def rss_parser() -> Path:
    """The `node_modules` folder that holds rss-parser; raises ToolMissing."""
    return npm_package(RSS_PARSER)
