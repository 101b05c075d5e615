"""What a shell offers when Tab is pressed."""

import pytest
from helpers import cli

from loopwise.commands import completion


def offered(line):
    """The words that bash is given for what has been typed."""
    words = line.split(" ")
    typed = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_LOOPWISE_COMPLETE": "complete_bash"}
    finished = cli.run(**typed)
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("loopwise tr", ["train"]),
        ("loopwise train --da", ["--data"]),
        ("loopwise train --data br", ["breast_cancer"]),
        ("loopwise compare layer_f", ["layer_forward"]),
        ("loopwise compare tra", ["training"]),
        ("loopwise compare --implementations numba_loops,numba_p", ["numba_loops,numba_parallel"]),
        ("loopwise race --implementations numba_tuned,numba_t", []),
        ("loopwise demo whe", ["where-numpy-loses"]),
        ("loopwise train --data no", []),
    ],
)
def test_names_are_completed(line, words):
    assert offered(line) == words


@pytest.mark.parametrize("name", completion.NAMES)
def test_every_kind_of_name_is_there(name):
    assert len(completion.offered(name)("")) >= 2
