"""Notebooks, and files that do not run to their end: what they define is there, what they do is named."""

import json

import pytest

from loopwise.errors import ImplementationError
from loopwise.implementations.from_file import load_module, place_of
from loopwise.implementations.left_out import missing_module


def notebook(folder, *cells):
    """Write a notebook with these cells of code."""
    path = folder / "homework.ipynb"
    written = [{"cell_type": "markdown", "source": ["# Homework"]}]
    written += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"cells": written}))
    return path


def test_what_a_notebook_defines_is_there_and_the_rest_is_named(tmp_path):
    path = notebook(
        tmp_path,
        "import math\nimport no_such_module\n%matplotlib inline\n!ls",
        "def double(x):\n    return FACTOR * x\nFACTOR = int(2)\nprint(double(1))",
        "%%html\n<b>words</b>",
        "%%time\ndef triple(x):\n    return 3 * x\nresult = train(10**9)",
        "def broken(:\n    pass",
        "class Layer:\n    size = 3\nfor k in range(10**12):\n    pass",
        "if True:\n    ANSWER = 42\ntry:\n    import math\nexcept ImportError:\n    math = None",
    )
    module = load_module(path)
    assert (module.double(4), module.triple(4), module.Layer.size, module.ANSWER) == (8, 12, 3, 42)
    assert not hasattr(module, "result")
    assert module.__left_out__ == [
        "cell 2, line 3: %matplotlib inline",
        "cell 2, line 4: !ls",
        "cell 4, line 1: %%html",
        "cell 5, line 1: %%time",
        "cell 6, line 1: SyntaxError: invalid syntax",
        "cell 2, line 2: import no_such_module (ModuleNotFoundError: No module named 'no_such_module')",
        "cell 3, line 4: print(double(1))",
        "cell 5, line 4: result = train(10**9)",
        "cell 7, line 3: for k in range(10**12):",
    ]


def test_a_line_of_a_notebook_is_its_cells(tmp_path):
    path = notebook(tmp_path, "import math", "\ndef fail(x):\n    return math.sqrt(-x)\n")
    with pytest.raises(ValueError, match=r"math domain|nonnegative") as raised:
        load_module(path).fail(1.0)
    assert place_of(path, raised.value) == "cell 3, line 3"


def test_a_helper_beside_a_notebook_is_its_own(tmp_path):
    (tmp_path / "helper.py").write_text("def product(a, b):\n    return a * c\n")
    path = notebook(tmp_path, "from helper import product\ndef call(a, b):\n    return product(a, b)\n")
    with pytest.raises(NameError) as raised:
        load_module(path).call(1, 2)
    assert place_of(path, raised.value) == "cell 2, line 3, in helper.py, line 2"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_what_is_no_notebook_is_one_line(tmp_path, text):
    path = tmp_path / "homework.ipynb"
    path.write_text(text)
    with pytest.raises(ImplementationError, match="expected a notebook with cells of code"):
        load_module(path)


TAIL = "\ndef double(x):\n    return 2 * x\n"


@pytest.mark.parametrize(
    "head",
    [
        "import no_such_module",
        "from no_such_course import *",
        "data = open('no_such_file').read()",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "raise SystemExit(1)",
        "print(1 / 0)",
    ],
)
def test_a_file_that_does_not_run_to_its_end_has_what_it_defines(tmp_path, head):
    path = tmp_path / "mine.py"
    path.write_text(head + TAIL)
    module = load_module(path)
    assert module.double(3) == 6
    (left_out,) = module.__left_out__
    assert left_out.startswith(f"line 1: {head}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def double(x:\n    pass\n", "SyntaxError"),
        ("import no_such_module\n", "mine.py:1: ModuleNotFoundError"),
        (f"def late(x=1 / 0):\n    return x\n{TAIL}", "mine.py:1: ZeroDivisionError"),
        (f"from helper import nothing\n{TAIL}", "mine.py:1: ImportError"),
    ],
)
def test_a_file_whose_definitions_do_not_run_is_refused(tmp_path, text, said):
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ImplementationError, match=said):
        load_module(tmp_path / "mine.py")


def test_a_helper_that_does_not_run_to_its_end_has_what_it_defines(tmp_path):
    (tmp_path / "helper.py").write_text("import no_such_module\n" + TAIL)
    path = tmp_path / "mine.py"
    path.write_text("from helper import double\ndef four(x):\n    return double(double(x))\n")
    assert load_module(path).four(1) == 4


def test_what_a_function_needs_of_a_missing_module_is_named(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import no_tensors as nt\nfrom no_course import load, relu\n"
        "def first():\n    return nt.ones(3)\ndef second():\n    return load()\ndef third():\n    return lost\n"
    )
    module = load_module(path)
    said = {}
    for name in ("first", "second", "third"):
        with pytest.raises(NameError) as raised:
            getattr(module, name)()
        said[name] = missing_module(getattr(module, name), raised.value)
    assert said == {"first": "nt of no_tensors", "second": "load of no_course", "third": ""}
