"""From the options that every command has to the ``Output`` that it speaks through."""

from __future__ import annotations

import sys

from perfcli.cli.language import OPTION, choose_language, parse_language
from perfcli.cli.output import Output
from perfcli.errors import usage_error
from perfcli.text import Language


def check_language(lang: str | None) -> None:
    """Refuses a language that perf does not speak.

    Raises:
        UsageError: ``bad-language``.
    """
    if lang is not None and parse_language(lang) is None:
        raise usage_error("bad-language", option=OPTION, found=lang, allowed=[str(one) for one in Language])


def open_output(
    lang: str | None, *, quiet: bool = False, verbose: bool = False, machine: bool = False
) -> Output:
    """The output of one command.

    Raises:
        UsageError: ``bad-language``.
    """
    check_language(lang)
    language = choose_language(sys.argv[1:] if lang is None else [OPTION, lang])
    return Output(language, quiet=quiet, verbose=verbose, machine=machine)
