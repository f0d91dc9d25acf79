"""
One contestant of bench/Compare: `cpython_peer.py pool|executor`.
Protocol over stdin and stdout, one line each: first "ready VERSION"; then "run NAME PARAM..." is answered by "value NUMBER",
"none REASON" or "error MESSAGE". Times are in seconds, rates in tasks per second. Ends when stdin does.
Warm measures use fork (the fastest start method of this peer) and two workers unless the measure says otherwise.
"""
import functools
import os
import statistics
import subprocess
import sys
import time

import cpython_memory
import cpython_queues
import cpython_sync
import cpython_tasks as tasks
from cpython_contestants import KINDS

clock = time.perf_counter


class Measures(cpython_memory.Measures, cpython_queues.Measures, cpython_sync.Measures):
    def __init__(self, kind):
        self.kind = kind
        self.make = KINDS[kind]
        self.warm_pools = {}

    def warm(self, workers=2):
        """Pools that stay: one per number of workers, each with its workers started."""
        if workers not in self.warm_pools:
            pool = self.make(workers)
            pool.chunked(tasks.increment, range(1000), 10)
            self.warm_pools[workers] = pool
        return self.warm_pools[workers]

    def close(self):
        for pool in self.warm_pools.values():
            pool.close()

    def cold(self, method):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cpython_cold.py")
        done = subprocess.run([sys.executable, script, self.kind, method], capture_output=True, text=True, check=True)
        return float(done.stdout)

    def warm_first(self, method):
        start = clock()
        pool = self.make(2, method)
        pool.call(tasks.increment, 1)
        elapsed = clock() - start
        pool.close()
        return elapsed

    def _latency(self, call, calls, pause):
        """Median of the single calls."""
        for i in range(20):
            call(tasks.increment, i)
        samples = []
        for i in range(int(calls)):
            if float(pause) > 0:
                time.sleep(float(pause))
            start = clock()
            call(tasks.increment, i)
            samples.append(clock() - start)
        return statistics.median(samples)

    def blocking(self, calls, pause):
        # The faster of one worker and two: with two, both may be woken for one task.
        return min(self._latency(self.warm(n).call, int(calls) // 2, pause) for n in (1, 2))

    def awaited(self, calls, pause):
        return min(self._latency(self.warm(n).call_awaited, int(calls) // 2, pause) for n in (1, 2))

    def throughput(self, function, count):
        # A lambda does not pickle; partial is what carries a captured value.
        run = tasks.increment if function == "static" else functools.partial(tasks.add, 5)
        pool, inputs = self.warm(), range(int(count))
        start = clock()
        results = pool.each(run, inputs)
        elapsed = clock() - start
        assert len(results) == int(count)
        return int(count) / elapsed

    def map(self, count):
        pool, count = self.warm(), int(count)
        best = 0
        for chunk in (count // 32, count // 8, count // 2):  # hand-chunked: the best of three
            start = clock()
            pool.chunked(tasks.increment, range(count), chunk)
            best = max(best, count / (clock() - start))
        return best

    def milliseconds(self, count):
        pool, count = self.warm(), int(count)
        start = clock()
        pool.chunked(tasks.spin_millisecond, range(count), 4)
        return count / (clock() - start)

    def array(self, size):
        pool, data = self.warm(1), bytes(int(size))
        pool.call(tasks.length, data)
        samples = []
        for _ in range(3):
            start = clock()
            pool.call(tasks.length, data)
            samples.append(clock() - start)
        return statistics.median(samples)

    def array_first(self, size):
        pool, data = self.make(1), bytes(int(size))
        pool.call(tasks.increment, 1)
        start = clock()
        pool.call(tasks.length, data)
        elapsed = clock() - start
        pool.close()
        return elapsed

    def replaced(self):
        pool = self.make(1)
        pid = pool.call(tasks.private_dirty, 0)[0]
        pool.start(tasks.spin, 60)
        time.sleep(0.1)  # it is busy now
        start = clock()
        pool = self.make.replace_killed(pool, pid)
        elapsed = clock() - start
        pool.close()
        return elapsed

    def terminate(self):
        pool = self.make(2)
        pool.chunked(tasks.increment, range(100), 10)
        for _ in range(2):
            pool.start(tasks.spin, 60)
        time.sleep(0.1)
        start = clock()
        pool.terminate()
        return clock() - start

    def private_dirty(self):
        pool = self.make(4)
        seen = {}
        while len(seen) < 4:
            seen.update(pool.each(tasks.private_dirty, range(4)))
        pool.close()
        return statistics.median(seen.values()) * 1024


def main():
    # Whatever a library prints goes elsewhere: stdout is the protocol.
    protocol = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    measures = Measures(sys.argv[1])
    print("ready", sys.version.split()[0], file=protocol)
    for line in sys.stdin:
        command, name, *params = line.split()
        try:
            value = getattr(measures, name)(*params)
            print("value", repr(float(value)), file=protocol)
        except Exception as problem:  # told to the other side, which reports the row
            print("error", type(problem).__name__, str(problem).replace("\n", " "), file=protocol)
    measures.close()


if __name__ == "__main__":
    main()
