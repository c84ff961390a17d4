"""The command line as a whole."""

from __future__ import annotations

from typing import Annotated

import typer

from eco_gis import __version__

EXIT_CLEAR, EXIT_FINDINGS, EXIT_USAGE, EXIT_INTERNAL = 0, 1, 2, 70

app = typer.Typer(
    name="eco-gis",
    add_completion=False,
    rich_markup_mode="rich",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "选址套合、三不变化与成果输出 · siting, change and reports for control lines.\n\n"
        "数据比对结果，不作为审批依据 · a comparison of data, not an approval.\n\n"
        "[bold]eco-gis demo[/]  示例县全流程 · everything on the invented sample county\n\n"
        "[bold]eco-gis init DIR[/]  为已有数据写目录 · write a catalog for your own files\n\n"
        "退出码 exit codes: 0 全部不涉及且数据无误 all clear · 1 有发现 findings · 2 用法错误 wrong usage · 70 内部错误 internal error"
    ),
)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="版本 · version", is_eager=True)] = False,
) -> None:
    if show:
        typer.echo(f"eco-gis {__version__}")
        raise typer.Exit(EXIT_CLEAR)
