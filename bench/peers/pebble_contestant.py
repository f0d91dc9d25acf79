"""pebble's ProcessPool, which can end a task that takes too long and replaces workers that died."""
import multiprocessing
from importlib.metadata import version

from concurrent.futures import TimeoutError
from pebble import ProcessPool

import cpython_tasks as tasks

VERSION = version("pebble")


class Pebble:
    chunks = ()

    def __init__(self, workers, method="fork", tasks_per_worker=0):
        self.pool = ProcessPool(workers, max_tasks=tasks_per_worker, context=multiprocessing.get_context(method))

    def call(self, function, argument):
        return self.pool.schedule(function, args=(argument,)).result()

    call_awaited = call

    def start(self, function, argument):
        return self.pool.schedule(function, args=(argument,))

    def each(self, function, inputs):
        return self.chunked(function, inputs, 1)

    def chunked(self, function, inputs, chunk):
        return list(self.pool.map(function, inputs, chunksize=chunk).result())

    def time_out(self, function, argument, seconds):
        try:
            self.pool.schedule(function, args=(argument,), timeout=seconds).result()
        except TimeoutError:
            return
        raise RuntimeError("The task ended.")

    def terminate(self):
        self.pool.stop()
        self.pool.join()

    close = terminate

    def replace(self):
        self.call(tasks.increment, 1)
        return self


Contestant = Pebble
