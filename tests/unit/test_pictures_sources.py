"""Whatever a person has is taken for the folder of pictures it stands for, or refused by name."""

import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from convscope.errors import DataError, LayoutError
from convscope.pictures import (
    Reading,
    Survey,
    cache_folder,
    cached_pixels,
    entries,
    located,
    pictures_of,
    survey,
)
from convscope.pictures.unpacking import Caps, unpack


def picture(level: int = 0) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (4, 4), level).save(stream, "PNG")
    return stream.getvalue()


SET = {
    f"flowers/{side}/{label}/{number}.png": picture(number)
    for side in ("train", "valid")
    for label in ("daisy", "rose")
    for number in range(3)
}
JUNK = {"__MACOSX/flowers/._1.png": b"junk", ".DS_Store": b"junk"}


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: dict[str, bytes], mode: Literal["w:", "w:gz"]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


MAKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "set.zip": zipped,
    "set.tgz": lambda files: tarred(files, "w:gz"),
    "Set.TAR.GZ": lambda files: tarred(files, "w:gz"),
    "set.tar": lambda files: tarred(files, "w:"),
    "a zip that is called.tgz": zipped,
}


def content(found: Survey) -> dict[str, list[bytes]]:
    sides = {"train": found.train, "valid": found.valid or {}}
    return {
        f"{side}/{name}": [Path(file).read_bytes() for file in files]
        for side, classes in sides.items()
        for name, files in classes.items()
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.mark.parametrize("name", MAKERS)
def test_an_archive_is_the_folder_in_it(name: str, place: Path) -> None:
    archive = place / name
    archive.write_bytes(MAKERS[name]({**SET, **JUNK}))
    found = survey(archive)
    assert found.root == archive
    assert found.layout == "split"
    sides = ("train/daisy", "train/rose", "valid/daisy", "valid/rose")
    assert content(found) == {side: [picture(number) for number in range(3)] for side in sides}
    assert [path.name for path in place.iterdir()] == [name], "nothing is written beside it"
    assert Path(found.train["rose"][0]).is_relative_to(cache_folder())


def test_an_archive_is_unpacked_once(place: Path) -> None:
    archive = place / "set.zip"
    archive.write_bytes(zipped(SET))
    first = located(archive)
    before = {path: path.stat().st_ino for path in first.rglob("*.png")}
    assert located(archive) == first
    assert {path: path.stat().st_ino for path in first.rglob("*.png")} == before
    (entry,) = entries()
    assert entry.what == f"{archive}, unpacked"
    archive.write_bytes(zipped({name: picture(9) for name in SET}))
    os.utime(archive, ns=(0, 1))
    assert located(archive) != first, "another content is another folder"


def test_only_the_folders_around_the_classes_are_passed_over(place: Path) -> None:
    files = {f"a/b/c/{label}/{number}.png": picture() for label in "xy" for number in range(2)}
    (place / "deep.zip").write_bytes(zipped(files))
    assert survey(place / "deep.zip").classes == ("x", "y")
    (place / "one.zip").write_bytes(zipped({"x/1.png": picture(), "x/2.png": picture()}))
    with pytest.raises(LayoutError, match="only one class"):
        survey(place / "one.zip")


def test_names_as_windows_writes_them(place: Path) -> None:
    files = {f"set\\{label}\\{number}.png": picture() for label in "xy" for number in range(2)}
    (place / "old.zip").write_bytes(zipped(files))
    assert survey(place / "old.zip").classes == ("x", "y")


def linked() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("a/link.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def twice() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a/1.png", b"one")
        archive.writestr("a/./1.png", b"two")
    return stream.getvalue()


def flipped() -> bytes:
    data = bytearray(zipped({"a/1.png": bytes(range(256)) * 40}))
    data[60] ^= 0x10
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped({"a/1.png": b"x"}))
    for mark, place in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


HOSTILE = {
    "up": (zipped({"a/../../escaped": b"x"}), "leads out"),
    "absolute": (zipped({"/escaped-from-a-zip": b"x"}), "leads out"),
    "drive": (zipped({"C:/escaped": b"x"}), "leads out"),
    "backslash": (zipped({"..\\escaped": b"x"}), "leads out"),
    "symbolic link": (linked(), "neither a file nor a folder"),
    "twice": (twice(), "comes twice"),
    "ratio": (zipped({"zeros": bytes(2**22)}), "unpacks to more than"),
    "many": (zipped({str(number): b"" for number in range(60)}), "more than 50 members"),
    "cut": (zipped(SET)[:-40], "it was not downloaded whole"),
    "begun": (b"PK\3\4" + bytes(40), "it was not downloaded whole"),
    "flipped": (flipped(), "cannot unpack"),
    "encrypted": (encrypted(), "password"),
}


@pytest.mark.parametrize(("data", "because"), HOSTILE.values(), ids=HOSTILE)
def test_fault_33_hostile_zips(data: bytes, because: str, place: Path) -> None:
    (place / "bad.zip").write_bytes(data)
    with pytest.raises(DataError, match=because) as caught:
        unpack(place / "bad.zip", place / "out", lambda _done, _of: None, caps=Caps(members=50))
    assert str(place / "bad.zip") in str(caught.value)
    assert {path.name for path in place.iterdir()} <= {"bad.zip", "out"}
    assert {path.name for path in place.parent.iterdir()} == {"place"}
    assert not Path("/escaped-from-a-zip").exists()


@pytest.mark.parametrize("data", [HOSTILE["up"][0], HOSTILE["cut"][0]], ids=["up", "cut"])
def test_fault_33_nothing_of_a_bad_archive_stays(data: bytes, place: Path) -> None:
    (place / "bad.zip").write_bytes(data)
    with pytest.raises(DataError):
        survey(place / "bad.zip")
    assert [path.name for path in place.iterdir()] == ["bad.zip"]
    assert [*cache_folder().iterdir()] == []


def test_fault_33_a_list_of_contents_that_would_fill_the_memory(place: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 10_000_000, 0, 0)
    (place / "bad.zip").write_bytes(b"PK\3\4" + bytes(10_000_000 - 4) + end)
    with pytest.raises(DataError, match="a header of 10,000,000 bytes"):
        unpack(
            place / "bad.zip", place / "out", lambda _done, _of: None, caps=Caps(members=100_000)
        )


def test_fault_33_a_tar_header_that_would_fill_the_memory(place: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**23
    (place / "bad.tar").write_bytes(header.tobuf() + bytes(2**23))
    with pytest.raises(DataError, match="a header of 8,388,608 bytes"):
        unpack(place / "bad.tar", place / "out", lambda _done, _of: None)


def test_an_archive_larger_than_the_cache_may_be(place: Path) -> None:
    (place / "set.zip").write_bytes(
        zipped({**SET, "flowers/train/rose/noise.png": os.urandom(9000)})
    )
    with pytest.raises(DataError, match="unpacks to more than"):
        survey(place / "set.zip", limit_bytes=9000)
    assert survey(place / "set.zip", limit_bytes=90_000).classes == ("daisy", "rose")


@pytest.mark.parametrize("name", ["set.zip.part", "set.zip.crdownload", "set.tgz.download"])
def test_what_is_half_downloaded_is_called_so(name: str, place: Path) -> None:
    (place / name).write_bytes(zipped(SET)[:300])
    with pytest.raises(LayoutError, match="it was not downloaded whole") as caught:
        survey(place / name)
    assert str(place / name) in str(caught.value)


@pytest.mark.parametrize("name", ["set.rar", "set.7z", "set.tar.xz", "set.tar.bz2"])
def test_other_archives_are_told_what_to_do(name: str, place: Path) -> None:
    (place / name).write_bytes(b"Rar!")
    with pytest.raises(LayoutError, match="unpack it and name the folder"):
        survey(place / name)


def idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    sizes = b"".join(size.to_bytes(4) for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


DICE = np.random.default_rng(0)
IMAGES = {"train": DICE.integers(0, 256, (40, 6, 5), np.uint8)}
IMAGES["t10k"] = DICE.integers(0, 256, (10, 6, 5), np.uint8)
LABELS = {
    side: (np.arange(len(images)) % 2 * 7).astype(np.uint8) for side, images in IMAGES.items()
}


@pytest.fixture
def mnist(place: Path) -> Path:
    for side in IMAGES:
        (place / f"{side}-images-idx3-ubyte").write_bytes(idx(IMAGES[side]))
        (place / f"{side}-labels-idx1-ubyte").write_bytes(idx(LABELS[side]))
    return place


def wholly_packed(folder: Path) -> None:
    for path in [*folder.iterdir()]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()


@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_hold_the_pictures_and_labels_they_hold(mnist: Path, *, packed: bool) -> None:
    if packed:
        wholly_packed(mnist)
    before = {path.name for path in mnist.iterdir()}
    found = survey(mnist)
    assert found.root == mnist
    assert found.classes == ("0", "7")
    assert found.valid is not None
    assert found.valid_is_test
    assert "there is no validation folder: test/ serves as one" in found.decisions
    for side, classes in (("train", found.train), ("t10k", found.valid)):
        for label, files in classes.items():
            wanted = IMAGES[side][LABELS[side] == int(label)]
            pixels = cached_pixels(files, Reading(None, None, 1))
            assert np.array_equal(pixels.array[:], wanted[:, None])
    assert {path.name for path in mnist.iterdir()} == before


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_one_idx_file_brings_its_sibling(name: str, mnist: Path) -> None:
    found = survey(mnist / name)
    assert (found.layout, found.valid) == ("flat", None)
    assert sum(map(len, found.train.values())) == 40
    assert "train/ is divided into train and valid" in found.decisions[0]


def test_other_names_of_idx_files(mnist: Path) -> None:
    for path in [*mnist.iterdir()]:
        path.rename(
            mnist / f"emnist-letters-{path.name.replace('t10k', 'test').replace('-idx', '.idx')}"
        )
    assert survey(mnist).valid_is_test


def test_idx_pictures_are_predicted_too(mnist: Path) -> None:
    assert len(pictures_of(mnist)) == 50
    assert len(pictures_of(mnist / "t10k-images-idx3-ubyte")) == 10


def broken(mnist: Path, name: str, data: bytes) -> str:
    (mnist / name).write_bytes(data)
    with pytest.raises(DataError) as caught:
        survey(mnist)
    assert [*cache_folder().iterdir()] == [], "nothing of it stays"
    return str(caught.value)


def test_idx_files_that_are_none(mnist: Path) -> None:
    name, whole = "t10k-images-idx3-ubyte", idx(IMAGES["t10k"])
    assert "10 bytes are missing" in broken(mnist, name, whole[:-10])
    assert "cut off" in broken(mnist, name, whole[:7])
    assert "does not begin as an IDX file" in broken(mnist, name, b"<html>")
    assert "9 pictures, but 10 labels" in broken(mnist, name, idx(IMAGES["t10k"][:9]))
    endless = bytes([0, 0, 8, 3]) + (10).to_bytes(4) + (2**31).to_bytes(4) * 2
    assert "too many" in broken(mnist, name, endless)


def test_packed_idx_files_that_are_cut_off(mnist: Path) -> None:
    wholly_packed(mnist)
    name = "train-images-idx3-ubyte.gz"
    assert "damaged or cut off" in broken(mnist, name, (mnist / name).read_bytes()[:-30])


def test_an_idx_file_alone(mnist: Path) -> None:
    (mnist / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(LayoutError, match="t10k-labels-idx1-ubyte is missing"):
        survey(mnist)


def test_two_data_sets_in_one_folder(mnist: Path) -> None:
    (mnist / "fashion-train-images-idx3-ubyte").write_bytes(b"")
    with pytest.raises(LayoutError, match="several data sets"):
        survey(mnist)
