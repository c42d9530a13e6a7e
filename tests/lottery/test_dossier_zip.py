"""Whatever is made of a dossier's zip, it is read or refused in one way, and never breaks down."""

import random  # noqa: TID251 - which bytes a test spoils, no draw
import zipfile

import pytest

from lottery.dossier import DossierError, files_of

NAMES = ("SHA256SUMS", "项目/合同.txt", "log/1.entry")


@pytest.fixture
def whole(tmp_path):
    """The bytes of a small dossier: packed, with names in Chinese."""
    path = tmp_path / "whole.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            archive.writestr(name, f"{name} 的内容\n" * 40)
    return path.read_bytes()


def spoilt(whole, chance):
    """Return the bytes with a few changed, or with some missing."""
    data = bytearray(whole)
    at = chance.randrange(len(data))
    match chance.randrange(4):
        case 0:
            return bytes(data[:at])
        case 1:
            return bytes(data[:at] + data[at + chance.randrange(1, 30) :])
        case _:
            for _ in range(chance.randrange(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            return bytes(data)


def test_no_spoilt_zip_breaks_the_check(whole, tmp_path):
    path, refused = tmp_path / "spoilt.zip", 0
    for seed in range(2_000):
        path.write_bytes(spoilt(whole, random.Random(seed)))
        try:
            files = files_of(path)
            for name in files.names:
                files.read(name)
        except DossierError:
            refused += 1
    assert refused > 1_000
    path.write_bytes(whole)
    assert files_of(path).names == set(NAMES)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "不是压缩包".encode()])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "none.zip"
    path.write_bytes(content)
    with pytest.raises(DossierError):
        files_of(path)


def test_a_zip_with_two_files_of_one_name_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.html", "forged")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("index.html", "real")
    with pytest.raises(DossierError, match="one name"):
        files_of(path)
