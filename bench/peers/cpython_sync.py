"""multiprocessing's synchronization, each primitive used in its fastest form: bound methods, in a loop of nothing else."""
import multiprocessing
import time

clock = time.perf_counter
context = multiprocessing.get_context("fork")


def turns(acquire, release, count):
    start = clock()
    for _ in range(count):
        acquire()
        release()
    return (clock() - start) / count


def contend(lock, begin, count):
    begin.wait()
    turns(lock.acquire, lock.release, count)


class Measures:
    """Seconds per acquire and release, if not said otherwise."""

    def sync_lock(self, count):
        lock = context.Lock()
        return turns(lock.acquire, lock.release, int(count))

    def sync_rlock(self, count):
        lock = context.RLock()
        return turns(lock.acquire, lock.release, int(count))

    def sync_semaphore(self, count):
        semaphore = context.Semaphore(4)
        return turns(semaphore.acquire, semaphore.release, int(count))

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
