"""`cpython_cold.py KIND METHOD`: seconds from the first line of a fresh program, imports included, to the first result."""
from time import perf_counter

start = perf_counter()

if __name__ == "__main__":
    import sys

    import cpython_contestants
    import cpython_tasks as tasks

    pool = cpython_contestants.find(sys.argv[1])[0](2, sys.argv[2])
    assert pool.call(tasks.increment, 1) == 2
    print(perf_counter() - start)
    pool.close()
