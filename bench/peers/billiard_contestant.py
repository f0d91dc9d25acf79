"""billiard's Pool, Celery's, which can end a task that takes too long and replaces workers that died."""
import billiard
from billiard.pool import Pool

import cpython_tasks as tasks

VERSION = billiard.__version__


class Billiard:
    chunks = ()

    def __init__(self, workers, method="fork"):
        self.pool = Pool(workers, context=billiard.get_context(method), enable_timeouts=True)

    def call(self, function, argument):
        return self.pool.apply_async(function, (argument,)).get()

    call_awaited = call

    def start(self, function, argument):
        return self.pool.apply_async(function, (argument,))

    def each(self, function, inputs):
        return self.chunked(function, inputs, 1)

    def chunked(self, function, inputs, chunk):
        return self.pool.map(function, inputs, chunksize=chunk)

    def time_out(self, function, argument, seconds):
        try:
            self.pool.apply_async(function, (argument,), timeout=seconds).get()
        except Exception as problem:  # of a type that wraps the TimeLimitExceeded
            if "TimeLimitExceeded" in str(problem):
                return
            raise
        raise RuntimeError("The task ended.")

    def terminate(self):
        self.pool.terminate()
        self.pool.join()

    close = terminate

    def replace(self):
        self.call(tasks.increment, 1)
        return self


Contestant = Billiard
