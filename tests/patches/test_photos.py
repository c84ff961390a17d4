from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyproj
import pytest
import shapely
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from eco_gis.errors import UsageError
from eco_gis.geometry.crs import transform
from eco_gis.layers.photos import read_photos
from eco_gis.patches.photos import with_photos
from tests.builders import PLANE, X0, Y0, square
from tests.patches.drawn import explained, patch_layer

PATCHES = explained(patch_layer(square(0, 0, 100), square(1000, 0, 100)))


def snap(path: Path, *, at: tuple[float, float] | None = None, taken: str = "2024:07:01 09:30:00") -> None:
    """A picture with the EXIF of a telephone; `at` in metres from the county's centre."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (1600, 1200), "green")
    exif = picture.getexif()
    if taken:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken
    if at is not None:
        (point,) = transform([shapely.Point(X0 + at[0], Y0 + at[1])], PLANE.crs, pyproj.CRS.from_epsg(4326))
        gps = exif.get_ifd(IFD.GPSInfo)
        for ref, tag, side, value in (
            (GPS.GPSLatitudeRef, GPS.GPSLatitude, "N", point.y),
            (GPS.GPSLongitudeRef, GPS.GPSLongitude, "E", point.x),
        ):
            minutes = value % 1 * 60
            gps[ref], gps[tag] = side, (float(int(value)), float(int(minutes)), minutes % 1 * 60)
    picture.save(path, exif=exif)


def test_pictures_go_to_their_patch_and_are_checked(tmp_path: Path) -> None:
    snap(tmp_path / "T1 北侧.jpg", at=(50, 50))
    snap(tmp_path / "T2" / "远.jpg", at=(1050, 300))
    snap(tmp_path / "IMG_0001.jpg", at=(1000, -40), taken="2024:06:10 08:00:00")
    snap(tmp_path / "T1_无定位.jpg", taken="")
    snap(tmp_path / "IMG_9.jpg", at=(3000, 3000))
    snap(tmp_path / "T10.jpg")
    (tmp_path / "坏.jpg").write_bytes(b"no picture")
    found, unreadable = read_photos(tmp_path)
    assert [p.where for p in unreadable] == ["坏.jpg"]
    (one, two), stray = with_photos(PATCHES, found, PLANE)
    assert {p.where for p in stray} == {"IMG_9.jpg", "T10.jpg"}
    inside, bare = sorted(one.photos, key=lambda p: p.file)
    assert (inside.distance_m, inside.days_after, inside.remarks) == (0.0, 16, ())
    assert inside.taken == datetime(2024, 7, 1, 9, 30)
    assert [r.en for r in bare.remarks] == [
        "the picture does not say where it was taken",
        "the picture does not say when it was taken",
    ]
    early, far = sorted(two.photos, key=lambda p: p.file)
    assert early.distance_m == pytest.approx(40, abs=0.1)
    assert early.days_after == -5
    assert [r.zh for r in early.remarks] == ["早于图斑日期 5 天"]
    assert far.distance_m == pytest.approx(200, abs=0.1)
    assert len(far.remarks) == 1


def test_copies_are_small_and_a_folder_is_needed(tmp_path: Path) -> None:
    snap(tmp_path / "a.jpg", at=(0, 0))
    (photo,) = read_photos(tmp_path)[0]
    assert len(photo.jpeg) < 30_000
    with pytest.raises(UsageError):
        read_photos(tmp_path / "none")
