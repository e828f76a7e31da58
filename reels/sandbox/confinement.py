"""What a child may use up, set before it loads a decoder."""

import ctypes
import resource
import signal

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MEMORY_BYTES = 2 * 1024**3
_OPEN_FILES = 64


def confine(*, cpu_seconds: int, file_bytes: int) -> None:
    """Limit this process's memory, time and files, leave the network, and die with the parent."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # Where the kernel allows it: the decoder is told to open files only, in any case.
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
