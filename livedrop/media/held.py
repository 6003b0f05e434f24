"""The program in which a picture is decoded: one picture in, its variants out."""

import resource
import sys

from livedrop.media.develop import SECONDS, Unusable, packed, variants


def main(kind: str, memory: int) -> None:
    """Ask the kernel to be held, then do it; on standard error, last, why it cannot be done."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(packed(variants(sys.stdin.buffer.read(), kind)))
    except Unusable as no:
        sys.exit(str(no))
    except MemoryError:
        sys.exit("too-much")
