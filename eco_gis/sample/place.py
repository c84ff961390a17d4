"""Where the sample county lies: in the checkout, or made anew beside the results."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import eco_gis
from eco_gis.sample.write import make_sample


def sample_catalog(out: Path, *, on_progress: Callable[[str], None] | None = None) -> Path:
    """The catalog of the sample county: the checkout's `layers/` where there is one, else made in `out`.

    The county is made in a temporary folder and moved, so that an interrupted run leaves no half of it.
    """
    for layers in (Path(eco_gis.__file__).parents[1] / "layers", Path.cwd() / "layers"):
        if (layers / "truths.json").is_file():
            return layers / "catalog.toml"
    target = out / "sample-county"
    if not target.is_dir():
        if on_progress is not None:
            on_progress(str(target))
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".sample-") as folder:
            make_sample(Path(folder) / "layers")
            shutil.move(Path(folder) / "layers", target)
    return target / "catalog.toml"
