"""The `publisher` command. Each subcommand lives in a module that is imported when it is called."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import click

from publisher.error import Invalid, PublisherError
from publisher.version import VERSION

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo": ("publisher.cli.serve:demo", "Serve the bundled sample magazine."),
        "serve": ("publisher.cli.serve:serve", "Serve a site folder, an export or a feed."),
        "init": ("publisher.cli.site:init", "Make a new site's folder."),
        "import": ("publisher.cli.transfer:import_", "Bring articles in from an export, a feed or a folder."),
        "export": ("publisher.cli.export:export", "Write everything to a file that another site imports."),
        "diff": ("publisher.cli.diff:diff", "Compare two sites before a move."),
        "publish": ("publisher.cli.article:publish", "Publish a Markdown file."),
        "list": ("publisher.cli.article:list_", "List a site's newest articles."),
        "withdraw": ("publisher.cli.article:withdraw", "Take an article away (410)."),
        "redirect": ("publisher.cli.redirect:redirect", "Add, list and remove redirects."),
        "check": ("publisher.cli.check:check", "Validate everything the site publishes."),
        "feeds": ("publisher.cli.feeds:feeds", "List the feeds and validate them."),
        "story": ("publisher.cli.story:story", "Measure how well stories tell their articles."),
        "related": ("publisher.cli.related:related", "Measure how related articles are chosen."),
        "token": ("publisher.cli.token:token", "Make, list and revoke the tokens that let programs write."),
        "newsletter": ("publisher.cli.newsletter:newsletter", "See, try and send the newsletter."),
        "config": ("publisher.cli.config:config", "Show the settings, their units and defaults."),
        "build": ("publisher.cli.build:build", "Write the whole site as files."),
        "health": ("publisher.cli.health:health", "Ask whether a running server answers."),
        "backup": ("publisher.cli.site:backup", "Copy a site's data while it runs."),
        "restore": ("publisher.cli.site:restore", "Put a backup back."),
    }
)
"""Command -> where it lives and what it does in one line."""


FOREIGN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOSPC, errno.EDQUOT})
"""What a disk may refuse at any moment: a person can act on it, and a traceback says no more."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        _collect_again()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, but a misspelt command gets the nearest right one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from publisher.setting import nearest

            ctx.fail(f"no command {args[0]!r}{nearest(args[0], tuple(COMMANDS))}; see publisher --help")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Examples:\n\n\b\n"
    "  publisher demo\n"
    "  publisher serve wordpress-export.xml\n"
    "  publisher publish article.md --site my-site\n\n"
    "Exit codes: 0 done; 1 it failed, or something was found wrong; 2 it was called wrongly: arguments, settings, or "
    "an input that is missing or isn't what the command reads.",
)
@click.version_option(VERSION, prog_name="publisher")
def cli() -> None:
    """Turns stored articles into feeds, sitemaps and web stories, and serves them."""


def main() -> None:
    """Run the command line: exit code 0, 1 when something failed, 2 when it was called wrongly.

    An input that is missing, or isn't what the command reads, is called wrongly. No garbage is collected until the
    command is imported: that found nothing, and took a third of a command's start.
    """
    gc.disable()
    open_standard_files()
    with telling(), printing():
        cli.main(standalone_mode=False)


def _collect_again() -> None:
    """Collect garbage from now on, if `main` stopped it, but never walk what was imported: that stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def open_standard_files() -> None:
    """Let nothing else get the number of a standard stream that was closed (`>&-`): it would be printed into."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextmanager
def printing() -> Iterator[None]:
    """Write out what was printed; what can't be written is given up, or it would fail once more at the very end."""
    try:
        try:
            yield
        finally:
            if sys.stdout:  # none when it was closed
                sys.stdout.flush()
    except OSError:
        if sys.stdout:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise


@contextmanager
def telling() -> Iterator[None]:
    """Say what went wrong in one line on standard error, and exit."""
    try:
        yield
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Invalid as error:
        _fail("\n".join(error.problems), 2)
    except PublisherError as error:
        _fail(str(error), 1)
    except OSError as error:
        if error.errno not in FOREIGN:
            raise
        _fail(f"{error.filename + ': ' if isinstance(error.filename, str) else ''}{error.strerror}", 1)


def _fail(message: str, code: int) -> None:
    click.echo(click.style("error: ", fg="red", bold=True) + message, err=True)
    sys.exit(code)
