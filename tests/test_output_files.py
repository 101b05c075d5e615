"""Output files: whole or not at all, links followed, devices left as they are."""

import errno
import os

import pytest

from loopwise import output_files
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


def test_a_file_that_others_look_at_is_waited_for_on_windows(tmp_path, monkeypatch):
    tries = []

    def replace(name, path):
        tries.append(name)
        if len(tries) < 3:
            raise PermissionError

    monkeypatch.setattr(output_files.os, "replace", replace)
    monkeypatch.setattr(output_files, "WINDOWS", True)
    monkeypatch.setattr(output_files.time, "sleep", lambda seconds: None)
    output_files.move("a", "b")
    assert tries == ["a"] * 3
    monkeypatch.setattr(output_files, "WINDOWS", False)
    tries.clear()
    with pytest.raises(PermissionError):
        output_files.move("b", "c")
    assert tries == ["b"]


def test_a_closed_pipe_has_another_name_on_windows(monkeypatch):
    invalid = OSError(errno.EINVAL, "Invalid argument")
    assert output_files.is_closed_pipe(BrokenPipeError())
    assert not output_files.is_closed_pipe(invalid)
    monkeypatch.setattr(output_files, "WINDOWS", True)
    assert output_files.is_closed_pipe(invalid)
    assert not output_files.is_closed_pipe(OSError(errno.ENOSPC, "full"))
