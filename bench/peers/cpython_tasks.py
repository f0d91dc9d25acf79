"""The functions that the workers of all peers run. In a module of their own: importable under every start method."""
import time


def nothing(x):
    return None


def say(connection):
    connection.send_bytes(b"x")


def increment(x):
    return x + 1


def add(y, x):
    return x + y


def length(data):
    return len(data)


def same(data):
    return data


def spin(seconds):
    """Works for so long, as a computation would: without sleeping."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def resident():
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm") as memory:
        return int(memory.read().split()[1]) * 4096


def private_dirty(_):
    """KiB that this process alone has written to, in memory and in swap, and its pid."""
    import os
    total = 0
    with open("/proc/self/smaps_rollup") as rollup:
        for line in rollup:
            if line.startswith(("Private_Dirty:", "Swap:")):
                total += int(line.split()[1])
    time.sleep(0.05)  # so that every worker gets one of the tasks
    return os.getpid(), total
