"""SHOWN: tables for the terminal, figures for a slide, files for machines."""
