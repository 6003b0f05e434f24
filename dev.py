#!/usr/bin/env python3
"""LiveDrop's front door: `python3 dev.py run` starts everything, `python3 dev.py test` tests it.

Standard library only, since it runs before anything is installed; the work is in deploy/local/.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - who has an older one shall read this, not a traceback
    sys.exit("LiveDrop needs Python 3.11 or newer: install it, then run this with it.")

from deploy.local import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
