"""What is installed, and where, as a table."""

from os.path import commonpath

from rich.console import Group
from rich.table import Table
from rich.text import Text

from . import units


def info_table(told):
    """Two columns: what, and its version or place; below them how the extras that are missing are installed."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name in ("loopwise", "folder", "python", "executable", "system", "cpu", "blas"):
        table.add_row(name, Text(told[name]))
    table.add_row("threads", f"{told['threads']} of {told['cores']} cores")
    table.add_row("packages", Text(versions(told["packages"])))
    for extra, packages in told["extras"].items():
        if not packages:  # installed before there was that extra
            continue
        missing = [name for name, version in packages.items() if version is None]
        how = f"not installed: {', '.join(missing)} (pip install 'loopwise[{extra}]')"
        table.add_row(f"extra {extra}", Text(how if missing else versions(packages)))
    table.add_row("compiled code", Text(kept(told["cache"])))
    return Group(table)


def versions(packages):
    """`numpy 2.4, numba 0.68`."""
    return ", ".join(f"{name} {version}" for name, version in packages.items())


def kept(cache):
    """`812 files, 31 MB, below /home/…`."""
    folders = cache["folders"]
    if not folders:
        return "not kept: no folder can be written to"
    where = f"in {folders[0]}" if len(folders) == 1 else f"below {commonpath(folders)}"
    return f"{units.plural(cache['files'], 'file')}, {units.memory(cache['bytes'])}, {where}"
