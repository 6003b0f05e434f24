"""Benchmarks: what LiveDrop reaches on this machine, each as a ratio to a plain thing beside it."""
