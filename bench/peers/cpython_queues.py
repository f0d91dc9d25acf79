"""multiprocessing's queues: Queue and SimpleQueue, the better of the two; each used in its fastest form: bound methods in a loop."""
import multiprocessing
import statistics
import time

clock = time.perf_counter
context = multiprocessing.get_context("fork")
ITEMS = {"int": 1, "text": "x" * 1024, "array": bytes(1 << 20)}
BATCH = 1000


def produce(queue, begin, item, count):
    begin.wait()
    put = queue.put
    for _ in range(count):
        put(item)


def echo(there, back):
    get, put = there.get, back.put
    while (item := get()) is not None:
        put(item)


def stream(make, item, producers, each):
    """Puts and gets per second."""
    queue, begin = make(), context.Barrier(producers + 1)
    others = [context.Process(target=produce, args=(queue, begin, item, each)) for _ in range(producers)]
    for other in others:
        other.start()
    begin.wait()
    start = clock()
    get = queue.get
    for _ in range(producers * each):
        get()
    elapsed = clock() - start
    for other in others:
        other.join()
    queue.close()
    return producers * each / elapsed


def round_trip(make, count):
    there, back = make(), make()
    other = context.Process(target=echo, args=(there, back))
    other.start()
    samples = []
    for _ in range(count + 20):
        start = clock()
        there.put(1)
        back.get()
        samples.append(clock() - start)
    there.put(None)
    other.join()
    there.close()
    back.close()
    return statistics.median(samples[20:])


class Measures:
    """Items per second, if not said otherwise."""

    def queue_items(self, kind, producers, count):
        producers = int(producers)
        return max(stream(make, ITEMS[kind], producers, int(count) // producers) for make in (context.Queue, context.SimpleQueue))

    def queue_batches(self, count):
        numbers = list(range(BATCH))
        return BATCH * max(stream(make, numbers, 1, int(count) // BATCH) for make in (context.Queue, context.SimpleQueue))

    def queue_round_trip(self, count):
        """Seconds."""
        return min(round_trip(make, int(count)) for make in (context.Queue, context.SimpleQueue))
