"""Becomes another program, after the promises a program can only make for itself.

Run as a script: LAUNCH '{"parent": pid, "signal": 9, "user": [uid, gid]}' COMMAND... It gives up
root if told to, and asks Linux for a signal when its parent dies. A small program rather than a
`preexec_fn`, because code between fork and exec may hang in a process with threads, and because
the kernel forgets the wish when the user changes.
"""

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    wish, command = json.loads(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # our parent may have turned a deaf ear to it
    if wish["user"]:
        uid, gid = wish["user"]
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if wish["parent"] and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, wish["signal"], 0, 0, 0)
        if os.getppid() != wish["parent"]:  # it died before we could ask
            sys.exit(1)
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


main()
