"""Runs a program on a host whose wall clock is set back, once a file is there.

python -m tests.faults.stepping FILE MODULE ARGUMENTS...
"""

import runpy
import sys
import time
from pathlib import Path

BACK = 600  # seconds: more than a slow test takes


def main() -> None:
    file, module, *arguments = sys.argv[1:]
    clock, clock_ns = time.time, time.time_ns

    def back() -> int:
        return BACK if Path(file).exists() else 0

    time.time = lambda: clock() - back()
    time.time_ns = lambda: clock_ns() - back() * 1_000_000_000
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
