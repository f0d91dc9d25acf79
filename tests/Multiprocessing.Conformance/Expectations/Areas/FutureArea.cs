using Multiprocessing.Conformance.Pools;
using Multiprocessing.Tests.Pools;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class FutureArea : Area
{
    public FutureArea() : base("Results")
    {
        Class("WaitTests");
        Same("test_20369", By<FutureContract>(nameof(FutureContract.A_task_that_is_waited_for_twice_counts_once_or_twice_but_never_hangs)));
        Same("test_first_completed test_first_completed_some_already_completed",
            By<FutureContract>(nameof(FutureContract.The_first_that_ends_is_told)));
        Differs("test_first_exception test_first_exception_some_already_complete test_first_exception_one_already_failed",
            "`wait(return_when=FIRST_EXCEPTION)`", "`await foreach (Task t in Task.WhenEach(tasks))` until one has failed", "the framework's own",
            By<FutureContract>(nameof(FutureContract.The_first_that_fails_is_found)));
        Same("test_all_completed test_pending_calls_race", By<FutureContract>(nameof(FutureContract.All_are_waited_for)));
        Same("test_timeout", By<FutureContract>(nameof(FutureContract.Waiting_for_all_can_have_a_limit)));

        Class("AsCompletedTests");
        Differs("test_duplicate_futures", "`as_completed` yields a future once, however often it is given", "`Task.WhenEach` yields it as often as it is given; `Distinct()` helps", "the framework's own",
            By<FutureContract>(nameof(FutureContract.Each_comes_as_it_ends)));
        Same("test_no_timeout", By<FutureContract>(nameof(FutureContract.Each_comes_as_it_ends)));
        Same("test_future_times_out test_correct_timeout_exception_msg", By<FutureContract>(nameof(FutureContract.Waiting_for_all_can_have_a_limit)));
        Same("test_free_reference_yielded_future", By<PoolExpectations>(nameof(PoolExpectations.What_a_call_took_and_gave_is_kept_by_nobody)));

        Class("FutureTests");
        Same("test_done_callback_with_result test_done_callback_with_exception test_done_callback_with_cancel",
            By<FutureContract>(nameof(FutureContract.A_continuation_sees_the_result_the_exception_or_the_cancellation)));
        Unlike("callbacks are called in the order in which they were added", "continuations run on the thread pool, in no particular order", "none can hold up another, or the pool",
            By<FutureContract>(nameof(FutureContract.A_continuation_that_throws_disturbs_nobody)));
        Same("test_done_callback_raises test_done_callback_raises_already_succeeded",
            By<FutureContract>(nameof(FutureContract.A_continuation_that_throws_disturbs_nobody)));
        Same("test_done_callback_already_successful test_done_callback_already_failed test_done_callback_already_cancelled",
            By<FutureContract>(nameof(FutureContract.A_continuation_of_what_has_ended_runs_at_once)));
        NotApplicable("test_repr", "a task is shown by the debugger");
        Differs("test_cancel", "`cancel` is false for what runs", "the call's `CancellationToken` cancels what waits and what runs", "work that is not wanted must end",
            By<PoolContract>(nameof(PoolContract.A_queued_call_is_withdrawn_at_once), nameof(PoolContract.A_running_call_gets_its_own_token_cancelled_and_its_worker_lives_on)));
        Same("test_cancelled test_done", By<FutureContract>(nameof(FutureContract.A_continuation_sees_the_result_the_exception_or_the_cancellation)));
        Differs("test_running", "`running` tells whether a worker has begun", "a `Task` does not know; `GetStatistics` counts", "a task is a promise, whoever keeps it",
            By<PoolContract>(nameof(PoolContract.Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts)));
        Same("test_result_with_timeout test_exception_with_timeout",
            By<PoolExpectations>(nameof(PoolExpectations.Who_waits_no_longer_than_so_long_gets_a_TimeoutException_and_the_result_later)));
        Same("test_result_with_success test_exception_with_success test_result_with_cancel",
            By<FutureContract>(nameof(FutureContract.A_continuation_sees_the_result_the_exception_or_the_cancellation)));
        NotApplicable("test_multiple_set_result test_multiple_set_exception", "only the pool can end its tasks (`TaskCompletionSource` is for others)");
    }
}
