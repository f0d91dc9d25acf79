"""
One contestant of bench/Compare: `cpython_peer.py KIND`.
Protocol over stdin and stdout, one line each: first "ready VERSION" or "absent REASON"; then "run NAME PARAM..." is answered by
"value NUMBER" or "error MESSAGE". Times are in seconds, rates in tasks per second. Ends when stdin does.
Warm measures use fork (the fastest start method of this peer) and two workers unless the measure says otherwise.
"""
import functools
import os
import select
import signal
import statistics
import subprocess
import sys
import time

import cpython_contestants
import cpython_memory
import cpython_queues
import cpython_start
import cpython_sync
import cpython_tasks as tasks

clock = time.perf_counter


class Measures(cpython_memory.Measures, cpython_queues.Measures, cpython_start.Measures, cpython_sync.Measures):
    def __init__(self, kind, make):
        self.kind = kind
        self.make = make
        self.warm_pools = {}
        self.best_chunks = {}

    def warm(self, workers=2):
        """Pools that stay: one per number of workers, each with its workers started."""
        if workers not in self.warm_pools:
            pool = self.make(workers)
            for chunk in (10, *pool.chunks):
                pool.chunked(tasks.increment, range(1000), chunk)
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

    def tasks(self, seconds, count):
        """Tasks that compute for so long, per second; with the size of chunks that was best when this was asked for the first time."""
        pool, seconds, count = self.warm(), float(seconds), int(count)

        def rate(number, chunk):
            start = clock()
            pool.chunked(tasks.spin, [seconds] * number, chunk)
            return number / (clock() - start)

        if seconds not in self.best_chunks:
            sizes = {max(1, count // parts) for parts in (256, 32, 8)}
            if seconds >= 1e-4:  # one by one, or by the library's own measure, costs more than shorter ones take
                sizes |= {1, *pool.chunks}
            self.best_chunks[seconds] = max(sizes, key=lambda chunk: rate(count, chunk))
        return rate(count, self.best_chunks[seconds])

    def recycling(self, method, workers, seconds, count, limit):
        """The same, one by one, in workers of which each is replaced after so many tasks."""
        pool, seconds, count = self.make(int(workers), method, int(limit)), float(seconds), int(count)
        pool.each(tasks.spin, [seconds] * int(workers))
        start = clock()
        pool.each(tasks.spin, [seconds] * count)
        elapsed = clock() - start
        pool.close()
        return count / elapsed

    def _stream(self, count):
        """Items per second, and how much this process has grown in bytes since a tenth of them."""
        pool, count, seen, early = self.make(2), int(count), 0, 0
        start = clock()
        for _ in pool.stream(tasks.increment, range(count), 1000):
            seen += 1
            if seen == count // 10:
                early = tasks.resident()
        elapsed = clock() - start
        growth = tasks.resident() - early
        pool.close()
        return count / elapsed, growth

    def stream(self, count):
        return self._stream(count)[0]

    def stream_growth(self, count):
        return self._stream(count)[1]

    def echo(self, size, calls):
        """There and back."""
        pool, data = self.warm(1), bytes(int(size))
        pool.call(tasks.same, data)
        samples = []
        for _ in range(int(calls)):
            start = clock()
            pool.call(tasks.same, data)
            samples.append(clock() - start)
        return statistics.median(samples)

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

    def replaced(self, from_kill):
        """From the kill of a busy worker (an idle one would take the queue's lock to its grave), or from its end, to the next result."""
        pool = self.make(1)
        pid = pool.call(tasks.private_dirty, 0)[0]
        pool.start(tasks.spin, 60)
        time.sleep(0.1)  # it is busy now
        pidfd = os.pidfd_open(pid)
        end = select.poll()
        end.register(pidfd, select.POLLIN)
        start = clock()
        os.kill(pid, signal.SIGKILL)
        if not int(from_kill):
            end.poll()
            start = clock()
        pool = pool.replace()
        elapsed = clock() - start
        os.close(pidfd)
        pool.close()
        return elapsed

    def lateness(self, limit):
        """How much later than asked for a call ends whose task takes no notice of anything."""
        pool, limit = self.make(1), float(limit)
        for chunk in (1, *pool.chunks):
            pool.chunked(tasks.increment, range(2), chunk)
        start = clock()
        pool.time_out(tasks.spin, 60, limit)
        elapsed = clock() - start
        pool.terminate()
        return elapsed - limit

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
    try:
        make, version = cpython_contestants.find(sys.argv[1])
    except ImportError:
        print("absent", "not installed", file=protocol)
        return
    measures = Measures(sys.argv[1], make)
    print("ready", version, file=protocol)
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
