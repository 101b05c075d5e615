"""What steps cost apart from time: `python program.py '[["numba_loops", "cost"], …]'`; in valgrind `--instructions`.

Prints a line of JSON for each of these implementations and works. Each is counted in a process of its own, forked from
one that has imported everything: which kernels another one has loaded does not matter.
"""

import gc
import json
import os
import sys
import tracemalloc

from callgrind import count
from llvmlite.binding import ObjectFileRef
from numba.core.codegen import JITCodeLibrary

from benchmarks.counts import WORKS
from loopwise import get_implementation

# Calls before the first that counts, as Python adapts its instructions to what it has seen; and those of which
# instructions are counted: where memory lies moves each of a short one by a per cent.
SHORT, LONG = (10, 7), (3, 3)
FLOPS = 100_000  # of a long one, at least


def machine_code(library):
    """Bytes of instructions in a library that Numba made."""
    return sum(section.size() for section in ObjectFileRef.from_data(library).sections() if section.is_text())


def counted(implementation, work, instructions):
    """All costs of a step."""
    libraries = []
    keep = JITCodeLibrary._set_compiled_object

    def kept(library, code):
        libraries.append(code)
        keep(library, code)

    JITCodeLibrary._set_compiled_object = kept  # of what is compiled, and of what is loaded
    built = WORKS[work]()
    warm, times = SHORT if built.flops < FLOPS else LONG
    step = built.bind(get_implementation(implementation))
    for _ in range(warm):
        step()
    gc.collect()
    gc.disable()
    if instructions:
        count(step, times)
    tracemalloc.start()
    results = step()
    allocated = tracemalloc.get_traced_memory()[1]
    del results
    return {"allocated": allocated, "signatures": len(libraries), "machine_code": sum(map(machine_code, libraries))}


def main():
    """Count what is asked for; what a commit cannot do is left out."""
    for implementation, work in json.loads(sys.argv[1]):
        if (process := os.fork()) == 0:
            try:
                costs = counted(implementation, work, "--instructions" in sys.argv)
                print(json.dumps([implementation, work, os.getpid(), costs]), flush=True)
            except (Exception, SystemExit) as error:
                print(f"{implementation}, {work}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(0)
        os.waitpid(process, 0)


if __name__ == "__main__":
    main()
