using Multiprocessing.Tests.Messaging.Queues;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class QueueArea : Area
{
    public QueueArea() : base("Queues")
    {
        Class("_TestQueue");
        Same("test_put",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Who_puts_into_a_full_queue_waits_for_room)), By<QueueContract>(nameof(QueueContract.Who_puts_elsewhere_into_a_full_queue_waits_until_there_is_room)));
        Same("test_get",
            By<QueueContract>(nameof(QueueContract.What_is_put_elsewhere_in_whatever_way_comes_here_in_its_order)), By<ProcessQueueTests>(nameof(ProcessQueueTests.Who_gets_from_an_empty_queue_waits_for_an_item)));
        Same("test_fork", By<QueueContract>(nameof(QueueContract.Many_put_and_many_take_and_each_item_comes_once_and_in_the_order_of_its_producer)));
        Same("test_qsize",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Items_come_out_in_the_order_of_their_putting)), By<QueueContract>(nameof(QueueContract.What_is_put_elsewhere_in_whatever_way_comes_here_in_its_order)));
        Same("test_task_done", By<QueueContract>(nameof(QueueContract.Joining_waits_for_those_who_work_elsewhere)));
        NotApplicable("test_no_import_lock_contention", "about Python's import lock");
        Same("test_timeout", By<ProcessQueueTests>(nameof(ProcessQueueTests.Who_gets_from_an_empty_queue_waits_for_an_item)));
        Differs("test_queue_feeder_on_queue_feeder_error",
            "`put` serializes later, in a feeder thread: an item that cannot be pickled is a traceback on stderr, and is gone", "the call that puts serializes: it throws `UnserializableException`",
            "errors belong to the caller; and a later change of the object does not change the item",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.What_cannot_be_sent_is_refused_by_the_call_that_puts_it)));

        Same("test_closed_queue_empty_exceptions test_closed_queue_put_get_exceptions",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Disposing_calls_back_who_waits_here_and_leaves_the_queue_to_others)));
        Same("test_queue_feeder_donot_stop_onexc",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.What_cannot_be_sent_is_refused_by_the_call_that_puts_it)));

        Class("TestSimpleQueue");
        Same("test_empty_exceptions test_close",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Disposing_calls_back_who_waits_here_and_leaves_the_queue_to_others)));
        Same("test_empty", By<QueueContract>(nameof(QueueContract.What_is_put_elsewhere_in_whatever_way_comes_here_in_its_order)));
        NotApplicable("test_closed", "about private fields");

        Class("");
        Unlike("`Queue`, `SimpleQueue`, `JoinableQueue`", "one `ProcessQueue<T>`; `TracksCompletion` adds `TaskDone` and `Join`", "one good way; who does not join does not pay for it",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Joining_waits_until_all_that_was_taken_is_done)));
        Unlike("unbounded unless `maxsize` is given", "always bounded: 4,096 items, 1 MiB of cells and 64 MiB of bytes by default", "memory that grows without limit is found too late",
            By<QueueItemTests>(nameof(QueueItemTests.The_bytes_that_wait_are_bounded_but_one_item_may_be_larger)));
        Unlike("what the feeder thread has not written is lost at exit (`cancel_join_thread`) or hangs it (joining a process with items unread)", "an item is in shared memory when `Put` returns; a process can exit at once, its items stay", "no feeder thread",
            By<QueueItemTests>(nameof(QueueItemTests.An_item_outlives_the_process_that_put_it)));
        Unlike("a process killed inside `put` or `get` leaves the queue locked or its bytes torn, for ever", "others go on; at most the item that it was putting, or had just taken, goes with it", "each cell names who has it",
            By<QueueRingTests>(nameof(QueueRingTests.A_producer_that_dies_before_any_of_its_writes_costs_at_most_its_own_item), nameof(QueueRingTests.An_item_whose_consumer_dies_before_any_of_its_writes_goes_to_another_one)));
        Unlike("an item is lost with the consumer that took it", "with `TracksCompletion` it is delivered again if its consumer dies, or is disposed of, before `TaskDone`", "work is not lost",
            By<QueueRingTests>(nameof(QueueRingTests.An_item_whose_consumer_dies_before_any_of_its_writes_goes_to_another_one)));
        Unlike("`JoinableQueue.task_done` counts, whoever calls it", "`TaskDone` concerns the oldest item that was taken through the same object", "the items that a dead consumer had taken must be known",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Joining_waits_until_all_that_was_taken_is_done)));
        Unlike("`get(timeout)` raises `Empty`, `put(timeout)` raises `Full`", "`TryGet` and `TryPut` return false; `Get` and `Put` wait without limit", "as everywhere in .NET",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Who_puts_into_a_full_queue_waits_for_room), nameof(ProcessQueueTests.Who_gets_from_an_empty_queue_waits_for_an_item)));
        Unlike("a negative time-out counts as 0", "an `ArgumentOutOfRangeException`, except for the infinite one", "as everywhere in .NET",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Bad_sizes_are_refused)));
        Unlike("`Queue(0)`, and any negative size, is unbounded", "an `ArgumentOutOfRangeException`", "every queue is bounded",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Bad_sizes_are_refused)));
        Unlike("after `close` a `ValueError`; `qsize` still answers, `empty` is an `OSError` on a used queue", "after `Dispose` everything is an `ObjectDisposedException`", "one rule",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Disposing_calls_back_who_waits_here_and_leaves_the_queue_to_others)));
        Unlike("`task_done` once too often is a `ValueError`", "an `InvalidOperationException`", "as in .NET",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Joining_waits_until_all_that_was_taken_is_done)));
        Unlike("`JoinableQueue.join` has no time-out", "`Join(timeout)`, `JoinAsync`, with a token", "nothing waits for ever",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Joining_waits_until_all_that_was_taken_is_done)));
        Unlike("`qsize` is not implemented on macOS, `empty` and `full` are unreliable", "`Count`, `IsEmpty`, `IsFull` are exact when nobody else is at work", "they come from shared numbers, not from a semaphore",
            By<ProcessQueueTests>(nameof(ProcessQueueTests.Items_come_out_in_the_order_of_their_putting)));
        Unlike("`close` concerns only the process that calls it; readers are told the end by sentinels", "`Complete` concerns all: writers get a `QueueCompletedException`, readers drain and end; `GetAll`, `GetAllAsync` enumerate until then", "as `BlockingCollection` and channels",
            By<QueueContract>(nameof(QueueContract.Completing_here_ends_all_elsewhere_when_all_is_taken)));
        Unlike("a queue is inherited, or sent while a process is being started", "can be sent at any time and anywhere, also through a queue", "it is a reference to shared memory",
            By<QueueItemTests>(nameof(QueueItemTests.A_queue_travels_through_a_queue_and_works_at_the_other_end)));
        Unlike("no asynchronous forms, no batches", "`PutAsync`, `GetAsync`, `PutMany`, `GetMany`, `PutManyAsync`, ..., `TryGetMany`, ...", "a wake-up per item is what costs",
            By<QueueContract>(nameof(QueueContract.Batches_larger_than_the_queue_go_through_it_piece_by_piece)));
    }
}
