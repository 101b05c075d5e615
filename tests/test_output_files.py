"""Output files: whole or not at all, links followed, devices left as they are."""

import os

import pytest

from loopwise.output_files import validate_output, write_atomically


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "race.json"
    path.write_text("before")

    def breaks(file):
        file.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(path, breaks)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    validate_output(path)


def test_links_are_followed_and_devices_stay_devices(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    link.symlink_to(target)
    write_atomically(link, lambda file: file.write(b"after"))
    assert link.is_symlink()
    assert target.read_text() == "after"
    write_atomically(os.devnull, lambda file: file.write(b"nothing"))
    assert not os.path.isfile(os.devnull)
