"""ASKED FOR: a file for each command of the command line, its options and its body together."""
