"""Codes of the national databases and their names, from `codes.toml`."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from eco_gis.errors import UsageError
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


@dataclass(frozen=True)
class CodeTable:
    """One list of codes."""

    name: str
    title: Text
    fields: tuple[str, ...]
    """Field names under which the codes are delivered."""
    names: Mapping[str, str]
    """Code → name."""
    source: str
    """Where the table is from."""
    confirmed: bool
    """False where the codes were not held against the text that sets them."""
    roles: tuple[LayerRole, ...] = ()
    """Roles for which the table holds; empty: all."""
    pattern: str = ""
    """How a code is written; its first group is what `names` knows. Empty: the code as it stands."""
    zone: bool = False
    """Whether a zone given by such a code is replaced by its name."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Code → natural, farmland, built or unused for land classes, state or collective for land rights."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Code → agricultural 农用地, construction 建设用地 or unused 未利用地; land classes only."""

    def key(self, code: str) -> str | None:
        """What of a code is looked up; None where it is not written like one of this table."""
        word = code.strip()
        if not self.pattern:
            return word
        match = re.match(self.pattern, word)
        return match[1] if match else None

    def name_of(self, code: str) -> str | None:
        """The name of a code; None where the table does not know it."""
        return self.names.get(self.key(code) or "")

    def unknown(self, codes: Iterable[str]) -> dict[str, int]:
        """Codes the table does not know and how often each stands; blanks are no codes."""
        return {c: n for c, n in Counter(codes).items() if c and self.name_of(c) is None}


def name_of(table: str, code: str) -> str | None:
    """The name of a code of one table; None where it is not known.

    Raises
    ------
    UsageError
        There is no such table.

    Examples
    --------
    >>> name_of("DLBM", "0301"), name_of("DLBM", "0201K"), name_of("BH_DJ", "9")
    ('乔木林地', '果园', None)
    >>> name_of("HJGKDYBM", "ZH42052620003")
    '重点管控单元'
    """
    if table not in code_tables():
        raise UsageError(
            Text(
                f"没有代码表 {table!r}：可用 {'、'.join(code_tables())}",
                f"there is no code table {table!r}: use one of {', '.join(code_tables())}",
            )
        )
    return code_tables()[table].name_of(code)


def group_of(dlbm: str) -> str | None:
    """Group of a land class (地类): natural, farmland, built or unused; None for an unknown code.

    >>> group_of("0301"), group_of("1104A"), group_of("1104"), group_of("1109"), group_of("9999")
    ('natural', 'farmland', 'natural', 'built', None)
    """
    land = code_tables()["DLBM"]
    return land.groups.get(land.key(dlbm) or "")


def class_of(dlbm: str) -> str | None:
    """The land class's 三大类: agricultural, construction or unused; None for unknown and working codes.

    >>> class_of("0404"), class_of("0601"), class_of("1301")
    ('unused', 'construction', None)
    """
    land = code_tables()["DLBM"]
    return land.classes.get(land.key(dlbm) or "") or None


def owner_of(qsxz: str) -> str | None:
    """Who owns land of a kind of right (权属性质): state or collective; None for an unknown code.

    >>> owner_of("20"), owner_of("32"), owner_of("")
    ('state', 'collective', None)
    """
    rights = code_tables()["QSXZ"]
    return rights.groups.get(rights.key(qsxz) or "")


def table_of_field(field: str, role: LayerRole) -> CodeTable | None:
    """The table whose codes stand in a field of a layer of `role`; case is ignored.

    >>> table_of_field("ghfqdm", LayerRole.URBAN_BOUNDARY).name
    'GHFQDM'
    >>> table_of_field("HXMC", LayerRole.REDLINE) is None
    True
    """
    word = field.casefold()
    return next(
        (
            t
            for t in code_tables().values()
            if (not t.roles or role in t.roles) and word in (f.casefold() for f in t.fields)
        ),
        None,
    )


@cache
def code_tables() -> dict[str, CodeTable]:
    """All tables by name."""
    document = tomllib.loads(files("eco_gis.layers").joinpath("codes.toml").read_text(encoding="utf-8"))
    return {entry["name"]: _table(entry) for entry in document["table"]}


def _table(entry: dict[str, Any]) -> CodeTable:
    rows = {code: [told] if isinstance(told, str) else told for code, told in entry["codes"].items()}
    return CodeTable(
        name=entry["name"],
        title=Text(entry["title"], entry["title_en"]),
        fields=tuple(entry["fields"]),
        names={code: row[0] for code, row in rows.items()},
        source=entry["source"],
        confirmed=entry["confirmed"],
        roles=tuple(LayerRole(r) for r in entry.get("roles", ())),
        pattern=entry.get("pattern", ""),
        zone=entry.get("zone", False),
        groups={code: row[1] for code, row in rows.items() if len(row) > 1},
        classes={code: row[2] for code, row in rows.items() if len(row) > 2},
    )
