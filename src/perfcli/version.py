"""The version of perf."""

__version__ = "0.1.0"
