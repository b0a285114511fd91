"""Turns a written appraisal policy into score sheets and ranked, explained results."""

__version__ = "0.1.0"
