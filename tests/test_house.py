"""The house: where things stand. Which layer may import which is in `pyproject.toml`, and `make lint` enforces it."""

import ast
from pathlib import Path

import loopwise
from loopwise.implementations.registry import REGISTERED

PACKAGE = Path(loopwise.__file__).parent
TESTS = Path(__file__).parent
FILES = ("activations", "layers", "losses", "neurons", "normalization", "regularization", "sums", "updates")


def lines(path):
    return len(path.read_text().splitlines())


def has_test(module):
    """Whether `tests` has a file for a module, in the folder of its package; `__init__` goes by its package's name."""
    below = module.relative_to(PACKAGE)
    name = below.parent.name if module.stem == "__init__" else module.stem
    folder = TESTS / below.parts[0] if len(below.parts) > 1 else TESTS
    return any(folder.rglob(f"test_{name or 'loopwise'}.py"))


def test_the_packages_root_is_a_table_of_contents():
    assert len(list(PACKAGE.glob("*.py"))) <= 8


def test_every_implementation_has_the_same_eight_files():
    for name, (module, *_) in REGISTERED.items():
        folder = PACKAGE.joinpath(*module.split(".")[1:])
        assert {f"{file}.py" for file in FILES} <= {path.name for path in folder.glob("*.py")}, name


def test_nine_of_ten_modules_have_a_test_file_of_their_name():
    modules = [path for path in PACKAGE.rglob("*.py") if lines(path) > 40]
    without = [str(path.relative_to(PACKAGE)) for path in modules if not has_test(path)]
    assert len(without) <= len(modules) / 10, without


def test_no_test_module_imports_from_another():
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.rpartition(".")[2].startswith("test_")], path


def test_nothing_private_is_imported_from_another_folder():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.level > 1 or (node.module or "").startswith("loopwise")):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                assert not private, f"{path}: {private}"
