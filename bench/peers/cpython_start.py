"""multiprocessing.Process by each start method, with a target of a module that every method can import."""
import multiprocessing
import statistics
import time

import cpython_tasks as tasks

clock = time.perf_counter


def median_of(count, measure):
    measure()  # the fork server starts, modules are compiled
    return statistics.median(measure() for _ in range(count))


class Measures:
    """Seconds."""

    def start_to_exit(self, method, count):
        """From start() until join() has returned."""
        context = multiprocessing.get_context(method)

        def measure():
            child = context.Process(target=tasks.nothing, args=(0,))
            start = clock()
            child.start()
            child.join()
            return clock() - start

        return median_of(int(count), measure)

    def start_to_code(self, method, count):
        """From start() until this process has a byte that the target has sent."""
        context = multiprocessing.get_context(method)
        receiver, sender = context.Pipe(duplex=False)

        def measure():
            child = context.Process(target=tasks.say, args=(sender,))
            start = clock()
            child.start()
            receiver.recv_bytes()
            elapsed = clock() - start
            child.join()
            return elapsed

        return median_of(int(count), measure)

    def start_call(self, method, count):
        """How long start() takes."""
        context = multiprocessing.get_context(method)

        def measure():
            child = context.Process(target=tasks.nothing, args=(0,))
            start = clock()
            child.start()
            elapsed = clock() - start
            child.join()
            return elapsed

        return median_of(int(count), measure)

    def start_many(self, method, count):
        """Processes per second, when so many are started at once and joined."""
        context = multiprocessing.get_context(method)
        children = [context.Process(target=tasks.nothing, args=(0,)) for _ in range(int(count))]
        start = clock()
        for child in children:
            child.start()
        for child in children:
            child.join()
        return len(children) / (clock() - start)
