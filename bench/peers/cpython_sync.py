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
    part = max(1, count // 500)
    samples = []
    for _ in range(500):
        start = clock()
        turns(primitive.acquire, primitive.release, part)
        samples.append((clock() - start) / part)
    return statistics.median(samples)


def contend(lock, begin, count):
    begin.wait()
    turns(lock.acquire, lock.release, count)


def answer(ping, pong, count):
    for _ in range(count):
        ping.wait()
        ping.clear()
        pong.set()


def take_turn(condition, turn, mine):
    with condition:
        while turn.value != mine:
            condition.wait()
        turn.value = 1 - mine
        condition.notify()


def take_turns(condition, turn, count):
    for _ in range(count):
        take_turn(condition, turn, 1)


def come(barrier, count):
    for _ in range(count):
        barrier.wait()


def median_of(count, pause, call):
    for _ in range(20):
        call()
    times = []
    for _ in range(count):
        if pause:
            time.sleep(pause)
        start = clock()
        call()
        times.append(clock() - start)
    return statistics.median(times)


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

    def sync_event(self, count, pause):
        """Set one event, wait for the other: the median of there and back."""
        ping, pong, count = context.Event(), context.Event(), int(count)
        other = context.Process(target=answer, args=(ping, pong, count + 20))
        other.start()

        def call():
            ping.set()
            pong.wait()
            pong.clear()

        median = median_of(count, float(pause), call)
        other.join()
        return median

    def sync_condition(self, count):
        """The turn to the other process and back: the median."""
        condition, turn, count = context.Condition(context.Lock()), context.RawValue("i", 0), int(count)
        other = context.Process(target=take_turns, args=(condition, turn, count + 20))
        other.start()

        def call():
            take_turn(condition, turn, 0)
            with condition:
                while turn.value != 0:
                    condition.wait()

        median = median_of(count, 0, call)
        other.join()
        return median

    def sync_barrier(self, count):
        """Seconds per round of four processes."""
        barrier, count = context.Barrier(4), int(count)
        others = [context.Process(target=come, args=(barrier, count + 1)) for _ in range(3)]
        for other in others:
            other.start()
        barrier.wait()
        start = clock()
        come(barrier, count)
        elapsed = clock() - start
        for other in others:
            other.join()
        return elapsed / count
