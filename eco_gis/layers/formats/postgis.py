"""Tables of a PostGIS database by their connection address; passwords are never shown or stored.

`postgresql://user@host:5432/database#schema.table`; a password comes best from PGPASSWORD or ~/.pgpass,
which the database's own library reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.formats.gdal import ARC_STEP_DEG
from eco_gis.layers.formats.reading import Read
from eco_gis.layers.toml_table import TomlTable
from eco_gis.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCHEMES = ("postgresql", "postgres")
INSTALL = 'pip install "eco-gis[postgis]"'


@dataclass(frozen=True)
class Address:
    """Where a table is."""

    url: str
    """With user and password: for the connection alone."""
    schema: str
    table: str
    shown: Path
    """Server, database and table without user and password, in the place of a file's path."""
    password: str = ""

    @property
    def layer(self) -> str:
        """Schema and table."""
        return f"{self.schema}.{self.table}"


def is_address(text: str) -> bool:
    """Whether a catalog's `file` is the address of a database.

    >>> is_address("postgresql://gis@db/county#public.redline"), is_address("C:/redline.gpkg")
    (True, False)
    """
    return text.strip().lower().startswith(tuple(f"{s}:" for s in _SCHEMES))


def parse_address(text: str, layer: str | None = None) -> Address:
    """Take an address apart.

    Parameters
    ----------
    layer
        `schema.table` or `table`, where the address does not end in `#schema.table`.

    Raises
    ------
    ValueError
        There is no host, database or table in it.

    Examples
    --------
    >>> address = parse_address("postgresql://gis:secret@db:5433/county#plan.redline")
    >>> address.schema, address.table, address.shown.name
    ('plan', 'redline', 'county#plan.redline')
    """
    parts = urlsplit(text.strip())
    database = parts.path.strip("/")
    schema, _, table = (unquote(parts.fragment) or layer or "").rpartition(".")
    if not parts.netloc or not database or not table:
        raise ValueError("host, database or table is missing")
    schema = schema or "public"
    server = f"{parts.hostname or 'localhost'}{f':{parts.port}' if parts.port else ''}"
    query = f"?{parts.query}" if parts.query else ""
    return Address(
        url=f"postgresql+psycopg://{parts.netloc}/{database}{query}",
        schema=schema,
        table=table,
        shown=Path(f"postgresql:/{server}/{database}#{schema}.{table}"),
        password=unquote(parts.password or ""),
    )


def declared_address(table: TomlTable, file: str) -> Address | None:
    """The address in a catalog's `file`; None for files, and for addresses with a problem, which is noted."""
    if not is_address(file):
        return None
    if table.text("sha256"):
        table.problem(
            Text("数据库没有文件指纹 sha256", "a database has no fingerprint sha256"),
            Text("去掉该键", "leave the key out"),
        )
    try:
        return parse_address(file, table.text("layer") or None)
    except ValueError:
        # the address itself is not told: it may hold a password
        table.problem(
            Text("file 的数据库地址无法理解", "the database address in file is not understood"),
            Text(
                "写作 postgresql://用户@主机:5432/数据库#模式.表",
                "write postgresql://user@host:5432/database#schema.table",
            ),
        )
        return None


def read_table(address: Address) -> Read:
    """Read a table or view with one geometry column, in the order of its primary key.

    Raises
    ------
    LayerReadError
        The extra is not installed, the server does not answer, or there is no such table with shapes.
    """
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool

        engine = create_engine(address.url, poolclass=NullPool)
    except ImportError:
        what = Text("读取 PostGIS 需要可选组件", "reading PostGIS needs an optional part")
        raise _refused(address, what, Text(f"运行 {INSTALL}", f"run {INSTALL}")) from None
    try:
        with engine.connect() as connection:
            return _read(connection, address)
    except SQLAlchemyError as error:
        lines = str(getattr(error, "orig", None) or error).strip().splitlines()
        said = lines[0] if lines else type(error).__name__
        if address.password:
            said = said.replace(address.password, "***")
        what = Text(f"数据库无法读取：{said}", f"the database cannot be read: {said}")
        remedy = Text(
            "核对地址、用户和 PGPASSWORD（或 ~/.pgpass），并确认服务器可达",
            "check address, user and PGPASSWORD (or ~/.pgpass), and that the server can be reached",
        )
        raise _refused(address, what, remedy) from None


def _read(connection: Connection, address: Address) -> Read:
    from sqlalchemy import inspect, text

    table = {"schema": address.schema, "table": address.table}
    found = connection.execute(
        text(
            "SELECT g.f_geometry_column, s.auth_name, s.auth_srid, s.srtext FROM geometry_columns g "
            "LEFT JOIN spatial_ref_sys s ON s.srid = g.srid "
            "WHERE g.f_table_schema = :schema AND g.f_table_name = :table"
        ),
        table,
    ).all()
    if len(found) != 1:
        what = Text(
            f"表 {address.schema}.{address.table} 有 {len(found)} 个可读的几何列",
            f"table {address.schema}.{address.table} has {len(found)} geometry columns that you may read",
        )
        remedy = Text("指定恰有一个几何列的表或视图", "name a table or view with exactly one geometry column")
        raise _refused(address, what, remedy)
    column, authority, code, wkt = found[0]
    said = connection.execute(
        text(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = :schema AND table_name = :table ORDER BY ordinal_position"
        ),
        table,
    ).scalars()
    names = [n for n in said if n != column]
    order = inspect(connection).get_pk_constraint(address.table, schema=address.schema)["constrained_columns"]
    quote = connection.dialect.identifier_preparer.quote_identifier
    shape = quote(column)
    straight = f"ST_CurveToLine({shape}, {np.radians(ARC_STEP_DEG)!s}, 2, 0)"
    chosen = [
        *(quote(n) for n in names),
        f"ST_AsBinary(CASE WHEN ST_HasArc({shape}) THEN {straight} ELSE {shape} END)",
        f"ST_HasArc({shape})",
    ]
    by = f" ORDER BY {', '.join(quote(c) for c in order)}" if order else ""
    rows = connection.exec_driver_sql(
        f"SELECT {', '.join(chosen)} FROM {quote(address.schema)}.{quote(address.table)}{by}"
    ).all()
    data = pd.DataFrame([r[:-2] for r in rows], columns=names, index=pd.RangeIndex(len(rows)))
    shapes = gpd.GeoSeries(_shapes([r[-2] for r in rows]), index=data.index)
    curved = sum(bool(r[-1]) for r in rows)
    remarks = []
    if curved:
        remarks.append(
            Text(
                f"{curved} 个图形含曲线：已按每段 {ARC_STEP_DEG}° 化为折线",
                f"{curved} shape(s) hold curves: they became straight edges of {ARC_STEP_DEG}° each",
            )
        )
    label = f"{authority}:{code}" if authority else wkt
    return Read(gpd.GeoDataFrame(data, geometry=shapes), label, remarks=tuple(remarks))


def _shapes(wkb: list[Any]) -> Any:
    return shapely.from_wkb(np.array([None if w is None else bytes(w) for w in wkb], dtype=object))


def _refused(address: Address, what: Text, remedy: Text) -> LayerReadError:
    return LayerReadError(problems=[Problem(str(address.shown), what, remedy)])
