"""multiprocessing's synchronization, each primitive used in its fastest form: bound methods, in a loop of nothing else."""
import multiprocessing
import statistics
import time

clock = time.perf_counter
context = multiprocessing.get_context("fork")


def turns(acquire, release, count):
    for _ in range(count):
        acquire()
        release()


def seconds_per_turn(primitive, count):
    """The median of slices, most of which are shorter than what the scheduler gives a process at a time."""
    part = max(1, count // 100)
    samples = []
    for _ in range(100):
        start = clock()
        turns(primitive.acquire, primitive.release, part)
        samples.append((clock() - start) / part)
    return statistics.median(samples)


def contend(lock, begin, count):
    begin.wait()
    turns(lock.acquire, lock.release, count)


class Measures:
    """Seconds per acquire and release, if not said otherwise."""

    def sync_lock(self, count):
        return seconds_per_turn(context.Lock(), int(count))

    def sync_rlock(self, count):
        return seconds_per_turn(context.RLock(), int(count))

    def sync_semaphore(self, count):
        return seconds_per_turn(context.Semaphore(4), int(count))

    def sync_create(self, count):
        """Seconds for all."""
        start = clock()
        locks = [context.Lock() for _ in range(int(count))]
        elapsed = clock() - start
        assert len(locks) == int(count)
        return elapsed

    def sync_contended(self, count):
        """Acquisitions per second of two processes together."""
        lock, begin = context.Lock(), context.Barrier(2)
        other = context.Process(target=contend, args=(lock, begin, int(count)))
        other.start()
        begin.wait()
        start = clock()
        turns(lock.acquire, lock.release, int(count))
        other.join()
        return 2 * int(count) / (clock() - start)
