"""The process that loopwise runs in: its environment and command line, its output, the processes that it starts."""
