"""Against a real server with PostGIS, started in a passing folder where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eco_gis.errors import CatalogError, LayerReadError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.formats.postgis import parse_address, read_table
from eco_gis.layers.project import load_layers
from eco_gis.layers.vector import read_vector

SECRET = "s3cr3t-word"
TABLES = f"""
CREATE EXTENSION postgis;
CREATE SCHEMA "规划";
CREATE TABLE "规划"."红线" (bsm bigint PRIMARY KEY, "名称" text, geom geometry(Polygon, 4549));
INSERT INTO "规划"."红线" VALUES
  (9007199254740993, '乙', ST_MakeEnvelope(500100, 3200000, 500200, 3200100, 4549)),
  (1, '甲', ST_MakeEnvelope(500000, 3200000, 500100, 3200100, 4549)), (2, NULL, NULL);
CREATE TABLE circle (geom geometry(CurvePolygon, 4549));
INSERT INTO circle VALUES ('SRID=4549;CURVEPOLYGON(CIRCULARSTRING(
  500050 3200000, 500000 3200050, 499950 3200000, 500000 3199950, 500050 3200000))');
CREATE TABLE plain (a int);
CREATE ROLE planner LOGIN PASSWORD '{SECRET}';
GRANT USAGE ON SCHEMA "规划" TO planner; GRANT SELECT ON ALL TABLES IN SCHEMA "规划" TO planner;
"""


def programs() -> Path | None:
    """Folder of the server's programs, where PostGIS is installed as well."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    for one in found:
        version = one.parts[-3]
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").is_file():
            return one.parent
    return None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database with tables, without the user: `@host/database?host=…`."""
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    home = programs()
    if home is None:
        pytest.skip("PostgreSQL with PostGIS is not installed")
    root = os.getuid() == 0
    if root and shutil.which("su") is None:
        pytest.skip("the server refuses to run as root, and there is no su")
    # a socket's path has to be short
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())

    def run(*command: str, stdin: str = "") -> None:
        line = " ".join(f"'{c}'" for c in command)
        call = ["su", "postgres", "-s", "/bin/sh", "-c", line] if root else ["/bin/sh", "-c", line]
        done = subprocess.run(call, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=folder)
        assert done.returncode == 0, done.stderr

    word = folder / "word"
    word.write_text(f"{SECRET}\n", encoding="utf-8")
    if root:
        shutil.chown(folder, "postgres")
        shutil.chown(word, "postgres")
    data, log = folder / "data", folder / "log"
    run(f"{home}/initdb", "-D", str(data), "-U", "owner", "-E", "UTF8", "--auth=scram-sha-256", "--pwfile", str(word),
        "--no-sync")  # fmt: skip
    try:
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run(f"{home}/pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
        os.environ["PGPASSWORD"], before = SECRET, os.environ.get("PGPASSWORD")
        try:
            run("env", f"PGPASSWORD={SECRET}", f"{home}/psql", "-h", str(folder), "-U", "owner", "-q",
                "-v", "ON_ERROR_STOP=1", "postgres", stdin=TABLES)  # fmt: skip
            yield f"@localhost/postgres?host={folder}"
        finally:
            os.environ.pop("PGPASSWORD")
            if before is not None:
                os.environ["PGPASSWORD"] = before
    finally:
        run(f"{home}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def catalog(folder: Path, file: str, more: str = "") -> Path:
    path = folder / "catalog.toml"
    path.write_text(
        f'[[layer]]\nid = "redline"\nrole = "redline"\nfile = "{file}"\n{more}\n', encoding="utf-8"
    )
    return path


def test_a_table_is_a_layer(server: str, folder: Path) -> None:
    path = catalog(folder, f"postgresql://owner{server}#规划.红线", 'fields = { id = "bsm", name = "名称" }')
    project = load_layers(load_catalog(path))
    layer = project.layers["redline"]
    assert layer.ids == ["1", "9007199254740993"] and layer.names == ["甲", "乙"]
    assert layer.features.planar_m2.round(6).tolist() == [10_000, 10_000]
    assert [(r.record, r.feature) for r in layer.lost] == [(1, "2")]
    assert project.plane.crs.to_epsg() == 4549


def test_the_table_may_stand_in_layer_and_curves_are_fine(server: str, folder: Path) -> None:
    spec = load_catalog(catalog(folder, f"postgresql://owner{server}", 'layer = "circle"')).layers[0]
    raw = read_vector(spec)
    assert raw.frame.geometry.area[0] == pytest.approx(np.pi * 2500, rel=4e-6)
    assert any("curves" in str(n) for n in raw.notes)


@pytest.mark.parametrize(
    ("user", "table", "why"),
    [
        ("owner", "plain", "0 geometry columns"),
        ("owner", "规划.农田", "0 geometry columns"),
        ("planner:wrong-" + SECRET, "规划.红线", "password authentication failed"),
        ("planner:" + SECRET, "public.circle", "0 geometry columns that you may read"),
    ],
)
def test_refusals_hold_no_password(server: str, folder: Path, user: str, table: str, why: str) -> None:
    spec = load_catalog(catalog(folder, f"postgresql://{user}{server}#{table}")).layers[0]
    with pytest.raises(LayerReadError, match=why) as error:
        read_vector(spec)
    assert SECRET not in str(error.value) and SECRET not in repr(spec) and SECRET not in str(spec.file)


def test_no_server(folder: Path) -> None:
    pytest.importorskip("psycopg")
    spec = load_catalog(catalog(folder, f"postgresql://me:{SECRET}@localhost:1/db#a.b")).layers[0]
    with pytest.raises(LayerReadError, match="the database cannot be read") as error:
        read_vector(spec)
    assert SECRET not in str(error.value)


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(LayerReadError, match=r'pip install "eco-gis\[postgis\]"'):
        read_table(parse_address("postgresql://me@db/county#redline"))


@pytest.mark.parametrize(
    ("file", "more"),
    [
        (f"postgresql://me:{SECRET}@db/county", ""),
        (f"postgresql://me:{SECRET}@db#a.b", ""),
        (f"postgresql://me:{SECRET}@db:port/county#a.b", ""),
        (f"postgresql://me:{SECRET}@db/county#a.b", f'sha256 = "{"0" * 64}"'),
    ],
)
def test_addresses_that_cannot_be_used(folder: Path, file: str, more: str) -> None:
    with pytest.raises(CatalogError) as error:
        load_catalog(catalog(folder, file, more))
    assert SECRET not in str(error.value)


def test_nothing_shown_holds_the_password(folder: Path) -> None:
    spec: Any = load_catalog(catalog(folder, f"postgresql://me:{SECRET}@db:5433/county#plan.redline")).layers[
        0
    ]
    assert spec.layer == "plan.redline" and spec.file.name == "county#plan.redline"
    assert SECRET not in repr(spec) and SECRET not in str(spec.file)
