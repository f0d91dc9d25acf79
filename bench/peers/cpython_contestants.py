"""multiprocessing.Pool and concurrent.futures.ProcessPoolExecutor behind one face, each used as its documentation advises."""
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cpython_tasks as tasks


class Pool:
    def __init__(self, workers, method="fork"):
        self.pool = multiprocessing.get_context(method).Pool(workers)

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

    def terminate(self):
        self.pool.terminate()
        self.pool.join()

    close = terminate

    @staticmethod
    def replace_killed(ready, pid):
        """A busy worker (an idle one would take the queue's lock to its grave) is killed; the pool starts another one by itself."""
        os.kill(pid, signal.SIGKILL)
        ready.call(tasks.increment, 1)
        return ready


class Executor:
    def __init__(self, workers, method="fork"):
        self.method = method
        self.pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method))

    def call(self, function, argument):
        return self.pool.submit(function, argument).result()

    call_awaited = call

    def start(self, function, argument):
        return self.pool.submit(function, argument)

    def each(self, function, inputs):
        return list(self.pool.map(function, inputs, chunksize=1))

    def chunked(self, function, inputs, chunk):
        return list(self.pool.map(function, inputs, chunksize=chunk))

    def terminate(self):
        if hasattr(self.pool, "kill_workers"):  # 3.14
            self.pool.kill_workers()
        else:
            for process in list(self.pool._processes.values()):
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def close(self):
        self.pool.shutdown(wait=True, cancel_futures=True)

    @staticmethod
    def replace_killed(ready, pid):
        """A dead worker breaks the executor: what its users do is to make a new one."""
        os.kill(pid, signal.SIGKILL)
        while True:
            try:
                ready.call(tasks.increment, 1)
            except BrokenProcessPool:
                break
        fresh = Executor(1, ready.method)
        fresh.call(tasks.increment, 1)
        return fresh


KINDS = {"pool": Pool, "executor": Executor}
