"""joblib: loky's executor for single calls, the faster of it and of joblib.Parallel for many."""
import multiprocessing

import joblib
from joblib.externals import loky
from joblib.externals.loky.process_executor import BrokenProcessPool

from cpython_contestants import ExecutorLike

VERSION = f"{joblib.__version__}, loky {loky.__version__}"


class Joblib(ExecutorLike):
    broken = BrokenProcessPool
    chunks = ("auto",)

    def __init__(self, workers, method="loky"):
        # Its own clean start of processes is faster than "spawn"; no time-out: workers that stay are warm.
        self.method = method
        self.workers = workers
        self.pool = loky.ProcessPoolExecutor(workers, timeout=None)

    def chunked(self, function, inputs, chunk):
        if chunk != "auto":
            return super().chunked(function, inputs, chunk)
        # Its workers stay: all calls of joblib.Parallel share one executor.
        return joblib.Parallel(n_jobs=self.workers, backend="loky", pre_dispatch="all")(joblib.delayed(function)(x) for x in inputs)

    def time_out(self, function, argument, seconds):
        try:
            joblib.Parallel(n_jobs=2, backend="loky", timeout=seconds)([joblib.delayed(function)(argument)])
        except (TimeoutError, multiprocessing.TimeoutError):
            return
        raise RuntimeError("The task ended.")

    def terminate(self):
        self.pool.shutdown(wait=True, kill_workers=True)

    close = terminate


Contestant = Joblib
