"""Field photographs: where and when the camera says they were taken, and a small copy of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import GPS, IFD, Base

from eco_gis.errors import Problem, UsageError
from eco_gis.text import Text

KINDS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif")
SMALL = (900, 900)
"""Largest width and height of the copy, in pixels."""


@dataclass(frozen=True)
class FoundPhoto:
    """One picture of a folder."""

    file: str
    """Relative to the folder, with forward slashes."""
    place: tuple[float, float] | None
    """Longitude and latitude in degrees on WGS 84; None where the picture does not say."""
    taken: datetime | None
    """As the camera's clock said, without a zone."""
    jpeg: bytes = field(repr=False)


def read_photos(folder: Path) -> tuple[list[FoundPhoto], list[Problem]]:
    """Every picture in a folder and below it, in the order of names; a problem for each that cannot be read.

    Raises
    ------
    UsageError
        There is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(
            Text(
                f"{folder} 不是文件夹：请给出存放照片的文件夹",
                f"{folder} is not a folder: give that of the photographs",
            )
        )
    photos: list[FoundPhoto] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in KINDS or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            photos.append(_read(path, name))
        except (
            UnidentifiedImageError,
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
        ) as error:
            problems.append(
                Problem(
                    name,
                    Text(f"照片无法读取：{error}", f"the picture cannot be read: {error}"),
                    Text("转换为 JPEG 后重试（保留 EXIF）", "convert it to JPEG, keeping its EXIF"),
                    fatal=False,
                )
            )
    return photos, problems


def _read(path: Path, name: str) -> FoundPhoto:
    with Image.open(path) as picture:
        exif = picture.getexif()
        place = _place(exif.get_ifd(IFD.GPSInfo))
        taken = _taken(exif.get_ifd(IFD.Exif).get(Base.DateTimeOriginal) or exif.get(Base.DateTime))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail(SMALL)
    out = BytesIO()
    upright.save(out, "JPEG", quality=80)
    return FoundPhoto(name, place, taken, out.getvalue())


def _place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Longitude and latitude; None unless both are there and lie on the Earth."""
    try:
        lat = _degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # cameras without a fix write 0, 0
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0) else None


def _degrees(parts: Any, side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side).strip().upper() == negative else value


def _taken(words: Any) -> datetime | None:
    """The camera's own time; None where it is missing or no time.

    >>> _taken("2024:07:01 09:30:00"), _taken("0000:00:00 00:00:00"), _taken(None)
    (datetime.datetime(2024, 7, 1, 9, 30), None, None)
    """
    try:
        return datetime.strptime(str(words).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
