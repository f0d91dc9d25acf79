"""multiprocessing's queues and pipes, each used in its fastest form: a fork context, bound methods in a loop."""
import multiprocessing
import statistics
import time

clock = time.perf_counter
context = multiprocessing.get_context("fork")
BATCH = {"int": 1000, "record": 100, "array": 8}


def record(number):
    return (number, 0.5 + number, "sensor 7", bytes(960))


ITEM = {"int": int, "record": record, "array": lambda number: bytes([number]) * (1 << 20)}


def produce(queue, ready, begin, item, count):
    ready.release()
    begin.acquire()
    put = queue.put
    for _ in range(count):
        put(item)


def consume(queue, ready, begin, done, count):
    ready.release()
    begin.acquire()
    get = queue.get
    for _ in range(count):
        get()
    done.release()


def stream(queue, item, producers, consumers, count):
    """Puts and gets per second. A single consumer is this process."""
    ready, begin, done = (context.Semaphore(0) for _ in range(3))
    others = [context.Process(target=produce, args=(queue, ready, begin, item, count // producers)) for _ in range(producers)]
    if consumers > 1:
        others += [context.Process(target=consume, args=(queue, ready, begin, done, count // consumers)) for _ in range(consumers)]
    for other in others:
        other.start()
    for other in others:
        ready.acquire()
    start = clock()
    for other in others:
        begin.release()
    if consumers == 1:
        get = queue.get
        for _ in range(count):
            get()
    else:
        for _ in range(consumers):
            done.acquire()
    elapsed = clock() - start
    for other in others:
        other.join()
    queue.close()
    return count / elapsed


def echo(there, back):
    get, put = there.get, back.put
    while (item := get()) is not None:
        put(item)


def echo_bytes(receiver, sender):
    receive, send = receiver.recv_bytes, sender.send_bytes
    while message := receive():
        send(message)


def send_all(sender, message, count):
    send = sender.send_bytes
    for _ in range(count):
        send(message)


def quantile(samples, part):
    return statistics.median(samples) if part == 0.5 else sorted(samples)[min(len(samples) - 1, int(len(samples) * part))]


def pipe_trip(duplex, calls, part, pause):
    if duplex:
        mine, theirs = context.Pipe()
        there = back = (mine, theirs)
        other = context.Process(target=echo_bytes, args=(theirs, theirs))
    else:
        there, back = context.Pipe(False)[::-1], context.Pipe(False)
        other = context.Process(target=echo_bytes, args=(there[1], back[1]))
    other.start()
    send, receive, message = there[0].send_bytes, back[0].recv_bytes, bytes(64)
    samples = []
    for _ in range(calls + 20):
        if pause > 0:
            time.sleep(pause)
        start = clock()
        send(message)
        receive()
        samples.append(clock() - start)
    send(b"")
    other.join()
    for end in (*there, *back):
        end.close()
    return quantile(samples[20:], part)


def pipe_bytes(duplex, size, total):
    receiver, sender = context.Pipe(duplex)
    count = total // size
    other = context.Process(target=send_all, args=(sender, bytes(size), count))
    receive = receiver.recv_bytes
    start = clock()
    other.start()
    for _ in range(count):
        receive()
    elapsed = clock() - start
    other.join()
    receiver.close()
    sender.close()
    return count * size / elapsed


class Measures:
    def queue_stream(self, kind, producers, consumers, count, in_batches, queue):
        """Items per second."""
        size = BATCH[kind] if int(in_batches) else 1
        # Different objects, as ours are: one that is there twice would be written once.
        item = [ITEM[kind](number) for number in range(size)] if size > 1 else ITEM[kind](1)
        parts = max(int(producers), int(consumers))
        count = max(1, int(count) // size // parts) * parts
        return size * stream(getattr(context, queue)(), item, int(producers), int(consumers), count)

    def queue_round_trip(self, count, queue):
        """Seconds."""
        there, back = getattr(context, queue)(), getattr(context, queue)()
        other = context.Process(target=echo, args=(there, back))
        other.start()
        samples = []
        for _ in range(int(count) + 20):
            start = clock()
            there.put(1)
            back.get()
            samples.append(clock() - start)
        there.put(None)
        other.join()
        there.close()
        back.close()
        return statistics.median(samples[20:])

    def pipe_round_trip(self, calls, part, pause):
        """Seconds."""
        return min(pipe_trip(duplex, int(calls), float(part), float(pause)) for duplex in (True, False))

    def pipe_stream(self, total):
        """Bytes per second, with the best size of messages."""
        return max(pipe_bytes(duplex, size, int(total)) for duplex in (True, False) for size in (1 << 16, 1 << 20))
