"""`cpython_cold.py pool|executor METHOD`: seconds from the first line of a fresh program, imports included, to the first result."""
from time import perf_counter

start = perf_counter()

if __name__ == "__main__":
    import sys

    import cpython_tasks as tasks
    from cpython_contestants import KINDS

    pool = KINDS[sys.argv[1]](2, sys.argv[2])
    assert pool.call(tasks.increment, 1) == 2
    print(perf_counter() - start)
    pool.close()
