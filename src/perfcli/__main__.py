"""``python -m perfcli`` is the command ``perf``."""

from perfcli.cli import main

main()
