"""Asking, publishing and telling: what all questions do alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from eco_gis.cli.app import EXIT_CLEAR, EXIT_FINDINGS
from eco_gis.cli.options import Options, store_of
from eco_gis.screen import print_json, progress_bars, show_result

if TYPE_CHECKING:
    from eco_gis.model.result import RunResult
    from eco_gis.pipeline import Progress


def answer_question(
    name: str,
    options: Options,
    parts: tuple[str, ...] | None,
    ask: Callable[[Any, Progress], RunResult],
) -> None:
    """Ask the pipeline, publish the answer, tell it, and end with the exit code it deserves."""
    with progress_bars(options.lang, quiet=options.quiet) as progress:
        from eco_gis import pipeline

        result = ask(pipeline, progress)
        folder = publish_run(result, options, name, parts, progress)
    tell(result, options, folder)
    raise typer.Exit(EXIT_CLEAR if result.is_clear else EXIT_FINDINGS)


def publish_run(
    result: RunResult, options: Options, name: str, parts: tuple[str, ...] | None, progress: Progress
) -> Path:
    """Write the files of a run; gives its folder."""
    from eco_gis.outputs.publish import publish

    return publish(
        result,
        options.out,
        lang=options.lang,
        name=f"{options.as_of:%Y%m%d}-{name}",
        parts=parts,
        store=store_of(options.cache),
        on_progress=lambda what: progress.step("write", what),
    )


def tell(result: RunResult, options: Options, folder: Path) -> None:
    """The answer as JSON on stdout, or on the screen."""
    if options.as_json:
        from eco_gis.outputs.facts import run_facts

        print_json([fact.to_dict() for fact in run_facts(result)])
    elif not options.quiet:
        show_result(result, folder, options.lang)
