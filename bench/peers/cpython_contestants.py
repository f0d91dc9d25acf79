"""
multiprocessing.Pool and concurrent.futures.ProcessPoolExecutor behind one face, each used as its documentation advises. Other
libraries have a module each, with a class of the same face.
"""
import importlib
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cpython_tasks as tasks

VERSION = sys.version.split()[0]


class Pool:
    chunks = ()

    def __init__(self, workers, method="fork", tasks_per_worker=None):
        self.pool = multiprocessing.get_context(method).Pool(workers, maxtasksperchild=tasks_per_worker)

    def call(self, function, argument):
        return self.pool.apply(function, (argument,))

    def call_awaited(self, function, argument):
        return self.pool.apply_async(function, (argument,)).get()

    def start(self, function, argument):
        return self.pool.apply_async(function, (argument,))

    def each(self, function, inputs):
        """One message per task: the fastest un-batched form (one submission, no object per result)."""
        return self.pool.map(function, inputs, chunksize=1)

    def chunked(self, function, inputs, chunk):
        return self.pool.map(function, inputs, chunksize=chunk)

    def stream(self, function, inputs, chunk):
        return self.pool.imap_unordered(function, inputs, chunksize=chunk)

    def terminate(self):
        self.pool.terminate()
        self.pool.join()

    close = terminate

    def replace(self):
        """Its only worker has died: gives back a pool that has served again."""
        self.call(tasks.increment, 1)
        return self


class ExecutorLike:
    """What the executors have in common: a dead worker breaks them, and what their users do then is to make a new one."""

    chunks = ()

    def call(self, function, argument):
        return self.pool.submit(function, argument).result()

    call_awaited = call

    def start(self, function, argument):
        return self.pool.submit(function, argument)

    def each(self, function, inputs):
        return list(self.pool.map(function, inputs, chunksize=1))

    def chunked(self, function, inputs, chunk):
        return list(self.pool.map(function, inputs, chunksize=chunk))

    def replace(self):
        while True:
            try:
                self.call(tasks.increment, 1)
            except self.broken:
                break
        fresh = type(self)(1, self.method)
        fresh.call(tasks.increment, 1)
        return fresh


class Executor(ExecutorLike):
    broken = BrokenProcessPool

    def __init__(self, workers, method="fork"):
        self.method = method
        self.pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method))

    def terminate(self):
        if hasattr(self.pool, "kill_workers"):  # 3.14
            self.pool.kill_workers()
        else:
            for process in list(self.pool._processes.values()):
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def close(self):
        self.pool.shutdown(wait=True, cancel_futures=True)


OWN = {"pool": Pool, "executor": Executor}


def find(kind):
    """The contestant's class and version. ImportError: its library is not installed."""
    if kind in OWN:
        return OWN[kind], f"CPython {VERSION}"
    module = importlib.import_module(kind + "_contestant")
    return module.Contestant, f"{module.VERSION} (CPython {VERSION})"
