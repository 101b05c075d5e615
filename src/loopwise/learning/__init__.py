"""WHAT FOR: networks, their parameters and their training, written once for every implementation."""
