"""The release that is running."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("publisher")
except PackageNotFoundError:
    VERSION = "0.0.0"

SERVER = "publisher"
"""What responses say of the software: its name, not its release."""
