"""Stops one thread of a process for good, as a deadlock would: `python3 freeze.py PID THREAD-NAME`; the other threads run on.

It says "frozen" and holds the thread until one of the two is killed.
"""

import ctypes
import os
import sys
from pathlib import Path

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WALL = 0x40000000


def main():
    process, name = sys.argv[1:]
    thread = next(int(task.name) for task in Path(f"/proc/{process}/task").iterdir()
                  if (task / "comm").read_text().strip() == name)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, thread, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")
    os.waitpid(thread, WALL)
    print("frozen", flush=True)
    # A process is gone once whoever traces its threads has seen their ends.
    os.waitpid(thread, WALL)


main()
