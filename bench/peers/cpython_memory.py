"""multiprocessing's shared memory, used as its documentation advises and in its fastest form."""
import multiprocessing
import statistics
import time
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

clock = time.perf_counter
context = multiprocessing.get_context("fork")

# One for all, made before any worker: otherwise each worker has its own, which unlinks at its end what others still use.
resource_tracker.ensure_running()

known = {}  # of a worker: what it has attached, by name


def add_many(value, count):
    lock = value.get_lock()
    for _ in range(count):
        with lock:
            value.value += 1


def add_after(value, count, begin):
    begin.wait()
    add_many(value, count)


def ends_of_known(name):
    memory = known.get(name)
    if memory is None:
        memory = known[name] = SharedMemory(name)
    return memory.buf[0] + memory.buf[-1]


def forget(name):
    known.pop(name).close()


def ends(name):
    memory = SharedMemory(name)
    try:
        return memory.buf[0] + memory.buf[-1]
    finally:
        memory.close()


class Measures:
    def memory_add(self, count):
        """Seconds per addition."""
        value, count = context.Value("q", 0), int(count)
        start = clock()
        add_many(value, count)
        elapsed = clock() - start
        assert value.value == count
        return elapsed / count

    def memory_add_together(self, count):
        """Additions per second of two processes together."""
        value, begin, count = context.Value("q", 0), context.Barrier(2), int(count)
        other = context.Process(target=add_after, args=(value, count, begin))
        other.start()
        begin.wait()
        start = clock()
        add_many(value, count)
        other.join()
        elapsed = clock() - start
        assert value.value == 2 * count
        return 2 * count / elapsed

    def memory_create(self, count):
        """Seconds for all."""
        start = clock()
        values = [context.RawValue("q", 0) for _ in range(int(count))]
        elapsed = clock() - start
        assert len(values) == int(count)
        return elapsed

    def memory_mapped(self, size, calls):
        pool, memory = self.warm(1), SharedMemory(create=True, size=int(size))
        try:
            memory.buf[-1] = 1
            pool.call(ends_of_known, memory.name)
            samples = []
            for _ in range(int(calls)):
                start = clock()
                pool.call(ends_of_known, memory.name)
                samples.append(clock() - start)
            pool.call(forget, memory.name)
            return statistics.median(samples)
        finally:
            memory.close()
            memory.unlink()

    def memory_first(self, size):
        pool, samples = self.warm(1), []
        for _ in range(5):
            memory = SharedMemory(create=True, size=int(size))
            try:
                memory.buf[-1] = 1
                start = clock()
                pool.call(ends, memory.name)
                samples.append(clock() - start)
            finally:
                memory.close()
                memory.unlink()
        return statistics.median(samples)
