"""`loopwise` in processes of their own that need not import the libraries: each is 0.3 to 1.4 s faster.

One that has imported NumPy, Numba, SciPy and scikit-learn, and nothing of loopwise, forks a process for each command,
with the folder, the environment, the arguments and the streams that it would have been started with.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = """
import gc, json, os, sys
import numba, numpy, scipy.stats, sklearn.datasets, sklearn.model_selection, sklearn.preprocessing

gc.freeze()  # or each process would go through all their objects when it ends: 0.3 s
for request in sys.stdin:
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
program, folder, environment, sys.argv, streams = json.loads(request)
for descriptor, path in enumerate(streams):
    os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
os.chdir(folder)
os.environ.clear()
os.environ.update(environment)
del gc, json, request, child, folder, environment, streams, descriptor, path
exec(program)
"""
MAIN = "import sys; sys.argv[0] = 'loopwise'; from loopwise.commands.app import main; main()"
READ_AT_START = "LD_", "MKL_", "NUMBA_", "OMP_", "OPENBLAS_", "PYTHON"  # by Python and by the libraries
_at_first = dict(os.environ)  # before any test
_servers = []


def can_run(environment):
    """Whether the libraries would be as they are here in a process that is started with this environment."""
    # Elsewhere there is no fork, or what the system's own libraries have started does not survive one.
    return sys.platform == "linux" and configured(environment) == configured(_at_first)


def configured(environment):
    """What is read only once."""
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}


def run(arguments, environment, program=MAIN):
    """A program, the command line if no other is given, in the working folder; returns a `CompletedProcess`."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        line = ["loopwise", *map(str, arguments)]
        request = program, os.getcwd(), environment, line, (os.devnull, str(out), str(err))
        process = server()
        print(json.dumps(request), file=process.stdin, flush=True)
        code = int(process.stdout.readline())
        return subprocess.CompletedProcess(line, code, out.read_text(), err.read_text())


def server():
    """The process that forks, one for each process of the suite; it ends when this one does."""
    if not _servers:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        _servers.append(subprocess.Popen([sys.executable, "-c", PROGRAM], **pipes, text=True, env=_at_first))
    return _servers[0]
