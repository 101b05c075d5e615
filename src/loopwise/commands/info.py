"""`loopwise info`: versions, and the compiled code that is kept."""

from typing import Annotated

import typer

from .options import Json, allowed_threads, app


@app.command(
    epilog="Example: loopwise info --json info.json; after an experiment with kernels: loopwise info --clear-cache\n\n"
    "The JSON is {info: {loopwise, folder, python, executable, system, cpu, cores, threads, blas, packages: {name: "
    "version or null}, extras: {extra: {name: version or null}}, cache: {folders, files, bytes}}}."
)
def info(
    clear_cache: Annotated[
        bool, typer.Option("--clear-cache", help="Remove the compiled code; it is compiled again when it is called.")
    ] = False,
    json: Json = None,
):
    """What is installed, and where: versions, threads, and the compiled code that is kept.

    What to add to a report of a fault.
    """
    allowed_threads()
    from ..jit import cache
    from ..machine.installation import installation
    from ..report.info import info_table
    from ..report.outputs import Outputs
    from ..report.units import memory

    outputs = Outputs(json)
    if clear_cache:
        outputs.say(f"{memory(cache.clear())} of compiled code removed")
    told = installation()
    outputs.publish(info_table(told), json=lambda: {"info": told})
    raise typer.Exit(outputs.exit_code())
