"""The command ``perf``."""

from perfcli.cli.main import main

__all__ = ["main"]
