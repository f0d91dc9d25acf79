using Multiprocessing.Conformance.Pools;
using Multiprocessing.Tests.Pools;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class PoolArea : Area
{
    private const string Complete = "every call completes";

    public PoolArea() : base("Pool")
    {
        Class("_TestPool");
        Same("test_apply test_async", By<PoolContract>(nameof(PoolContract.Every_form_of_a_function_gives_its_result)));
        Same("test_map test_starmap test_starmap_async test_map_async", By<PoolContract>(nameof(PoolContract.A_map_keeps_the_order_of_its_items)));
        Same("test_map_async_callbacks", By<PoolExpectations>(nameof(PoolExpectations.Continuations_get_the_result_or_the_exception_once)));
        Differs("test_map_unplicklable",
            "an argument that cannot be pickled raises at `get`", "the call itself throws `UnserializableException`, with the path to the culprit", "errors belong to the caller",
            By<PoolContract>(nameof(PoolContract.What_cannot_be_sent_is_refused_by_the_call_itself)));
        Same("test_map_chunksize test_empty_iterable", By<PoolExpectations>(nameof(PoolExpectations.Nothing_to_do_gives_nothing_at_once)));
        Same("test_map_handle_iterable_exception",
            By<PoolExpectations>(nameof(PoolExpectations.An_input_that_fails_anywhere_fails_the_map_and_not_the_pool)));
        Same("test_async_timeout",
            By<PoolExpectations>(nameof(PoolExpectations.Who_waits_no_longer_than_so_long_gets_a_TimeoutException_and_the_result_later)));
        Same("test_imap_handle_iterable_exception",
            By<PoolExpectations>(nameof(PoolExpectations.An_input_that_fails_anywhere_fails_a_stream_after_what_came_before)));
        Same("test_map_no_failfast", By<PoolContract>(nameof(PoolContract.A_map_throws_the_first_failure_by_order_after_all_items_have_ended)));
        Same("test_release_task_refs", By<PoolExpectations>(nameof(PoolExpectations.What_a_call_took_and_gave_is_kept_by_nobody)));
        Same("test_imap test_imap_unordered", By<PoolContract>(nameof(PoolContract.A_stream_yields_in_order_or_as_items_end)));
        Same("test_imap_unordered_handle_iterable_exception",
            By<PoolExpectations>(nameof(PoolExpectations.An_input_that_fails_anywhere_fails_a_stream_after_what_came_before)));
        Same("test_make_pool", By<PoolExpectations>(nameof(PoolExpectations.A_pool_has_as_many_workers_as_told_and_at_least_one)));
        Same("test_terminate", By<PoolExpectations>(nameof(PoolExpectations.Terminating_is_prompt_however_much_waits)));
        Same("test_context test_enter", By<PoolExpectations>(nameof(PoolExpectations.After_its_block_a_pool_takes_no_work)));
        Differs("test_traceback",
            "the exception has the worker's traceback as text in `__cause__`", "it is the original exception, and its own stack trace is the worker's, followed by the caller's",
            "as an awaited exception looks everywhere in .NET",
            By<PoolContract>(nameof(PoolContract.An_exception_keeps_its_type_its_words_and_the_stack_of_the_worker)));
        Differs("test_wrapped_exception",
            "pools of threads do not wrap exceptions, pools of processes do", "all back ends give the same exception", "one pool, two back ends",
            By<PoolContract>(nameof(PoolContract.An_exception_keeps_its_type_its_words_and_the_stack_of_the_worker)));
        Same("test_resource_warning",
            By<ForgottenPoolTests>(nameof(ForgottenPoolTests.A_pool_that_nobody_refers_to_ends_with_its_workers_and_a_warning)));

        Class("_TestPoolWorkerErrors");
        Same("test_async_error_callback", By<PoolExpectations>(nameof(PoolExpectations.Continuations_get_the_result_or_the_exception_once)));

        Class("_TestPoolWorkerLifetime");
        Same("test_pool_worker_lifetime",
            By<PoolRecyclingTests>(nameof(PoolRecyclingTests.Every_worker_runs_exactly_as_many_tasks_as_it_may_under_load)));
        Same("test_pool_maxtasksperchild_invalid", By<PoolExpectations>(nameof(PoolExpectations.Limits_that_make_no_sense_are_refused)));
        Same("test_worker_finalization_via_atexit_handler_of_multiprocessing",
            By<ShutdownExpectations>(nameof(ShutdownExpectations.A_program_that_forgets_its_pool_ends)));

        Class("TestInitializers");
        Same("test_pool_initializer", By<PoolContract>(nameof(PoolContract.An_initializer_runs_once_in_every_worker_before_its_first_task)));
        NotBuilt("test_manager_initializer", "managers");

        Class("");
        Unlike("`with Pool()` terminates: what is not done is lost", "`await using` completes: it waits for the work, bounded by `ShutdownTimeout`; `Terminate()` is a call of its own", "a block must not lose work silently",
            By<PoolContract>(nameof(PoolContract.Dispose_waits_for_the_work_but_not_for_ever)));
        Unlike("a worker that dies takes its task along, whose `get` hangs for ever", "that task fails with `WorkerDiedException`: process, exit code or signal, last words; all others go on", Complete,
            By<PoolDeathTests>(nameof(PoolDeathTests.A_death_costs_the_running_task_which_says_who_died_of_what)));
        Unlike("an idle worker that is killed holds the lock of the task queue: the pool hangs", "it is replaced and costs nothing", "one channel per worker, no lock between them",
            By<PoolDeathTests>(nameof(PoolDeathTests.A_worker_that_is_killed_while_idle_is_replaced_and_costs_nothing)));
        Unlike("`terminate` leaves pending results unresolved for ever", "every pending call is cancelled before `Terminate` returns", Complete,
            By<PoolContract>(nameof(PoolContract.Terminate_cancels_everything_pending_before_it_returns)));
        Unlike("an initializer that raises lets workers be started without end", "the pool breaks at once: `PoolBrokenException` with that exception in it", "a mistake is told",
            By<PoolContract>(nameof(PoolContract.An_initializer_that_throws_breaks_the_pool_with_that_exception)));
        Unlike("a result that cannot be unpickled ends the thread that receives: everything hangs", "that task fails", Complete,
            By<DeadlockContract>(nameof(DeadlockContract.A_result_that_cannot_be_read_fails_its_task_alone)));
        Unlike("an exception in a callback hangs the pool (until 3.16)", "continuations never run on the pool's threads", Complete,
            By<FutureContract>(nameof(FutureContract.A_continuation_that_throws_disturbs_nobody)));
        Unlike("a running task cannot be cancelled, and has no time limit", "a `CancellationToken` and `RunOptions.Timeout`: the task's own token first, then its worker is killed", "who calls native code has no other way",
            By<PoolContract>(nameof(PoolContract.A_running_call_gets_its_own_token_cancelled_and_its_worker_lives_on), nameof(PoolContract.A_call_that_takes_too_long_is_stopped_and_told_so), nameof(PoolContract.A_call_that_ignores_its_token_is_stopped_after_the_grace_period)));
        Unlike("`map` raises the failure that came first", "the first one by order of the items, after all have ended", "the same input always gives the same exception",
            By<PoolContract>(nameof(PoolContract.A_map_throws_the_first_failure_by_order_after_all_items_have_ended)));
        Unlike("`imap` reads its input without limit unless told (3.16)", "streams read at most `ReadAhead` items and `MaxBufferedBytes` ahead", "an endless input needs constant memory",
            By<PoolContract>(nameof(PoolContract.A_stream_reads_no_further_ahead_than_told_and_an_endless_input_is_fine)));
        Unlike("`imap` with a chunk size ends at the first exception and loses the chunk", "an item that fails is thrown in its place, the others come", "one item is one item, however it travels",
            By<PoolContract>(nameof(PoolContract.An_item_that_fails_does_not_end_a_stream_unless_asked)));
        Unlike("the size of chunks is the caller's business", "as many items travel together as take about 300 us, measured; an idle worker gets half of what another has left; `ChunkSize` sets it by hand", "nobody can know it before",
            By<PoolContract>(nameof(PoolContract.A_long_task_does_not_hold_up_those_that_its_worker_was_given_in_advance)));
        Unlike("`maxtasksperchild` counts chunks", "`RecycleAfterTasks` counts items", "a limit is worth something if it holds",
            By<PoolRecyclingTests>(nameof(PoolRecyclingTests.Items_of_maps_and_of_streams_count_one_by_one)));
        Unlike("lambdas, closures and local functions cannot be pickled", "they can be sent, with those captured variables that they reach", "that is how functions are written",
            By<PoolContract>(nameof(PoolContract.Every_form_of_a_function_gives_its_result), nameof(PoolContract.A_call_sees_arguments_and_captured_variables_as_they_were)));
        Unlike("the workers are all started at once", "they are started when there is work, and those that stay idle can end (`IdleTimeout`, `MinWorkers`)", "what nobody needs costs nothing",
            By<PoolContract>(nameof(PoolContract.Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts)));
        Unlike("`Pool` and `ProcessPoolExecutor` are two half-compatible pools", "one `ProcessPool` with blocking and awaited forms", "one good way");
    }
}
