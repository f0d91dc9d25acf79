using Multiprocessing.Conformance.Pools;
using Multiprocessing.Tests.Pools;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class ExecutorArea : Area
{
    private const string One = "a death costs the task that its worker was running, and nothing else";

    public ExecutorArea() : base("Executor")
    {
        Class("ExecutorTest");
        Same("test_submit", By<PoolContract>(nameof(PoolContract.Every_form_of_a_function_gives_its_result)));
        NotApplicable("test_submit_keyword", "there are no keyword arguments; captured variables have names");
        Same("test_map", By<PoolContract>(nameof(PoolContract.A_map_keeps_the_order_of_its_items)));
        Same("test_map_exception", By<PoolContract>(nameof(PoolContract.An_item_that_fails_does_not_end_a_stream_unless_asked)));
        Same("test_map_timeout_from_callable", By<PoolExpectations>(nameof(PoolExpectations.A_TimeoutException_of_the_task_itself_is_its_result)));
        Differs("test_map_timeout",
            "`map(timeout=...)` counts from the call, and ends the iteration", "`MapOptions.Timeout` and `MapStreamOptions.Timeout` count for each item from its start; a token limits the whole",
            "one slow item is lost, not the rest",
            By<PoolContract>(nameof(PoolContract.An_item_that_takes_too_long_is_lost_alone), nameof(PoolContract.A_cancelled_map_ends_with_its_callers_token)));
        Same("test_map_close test_executor_map_current_future_cancel", By<PoolContract>(nameof(PoolContract.Leaving_a_stream_cancels_the_rest)));
        Same("test_map_buffersize_type_validation test_map_buffersize_value_validation",
            By<PoolExpectations>(nameof(PoolExpectations.Limits_that_make_no_sense_are_refused)));
        Same("test_map_buffersize test_map_buffersize_when_buffer_is_full",
            By<PoolExpectations>(nameof(PoolExpectations.No_more_inputs_are_read_than_told_before_a_result_is_taken)));
        Same("test_map_buffersize_on_multiple_iterables test_map_buffersize_on_multiple_infinite_iterables",
            By<PoolExpectations>(nameof(PoolExpectations.Inputs_of_several_sources_are_zipped_to_the_shortest)));
        Same("test_map_buffersize_on_empty_iterable test_map_buffersize_without_iterable",
            By<PoolExpectations>(nameof(PoolExpectations.Nothing_to_do_gives_nothing_at_once)));
        Same("test_shutdown_race_issue12456",
            By<PoolExpectations>(nameof(PoolExpectations.A_pool_that_is_completed_right_after_its_work_came_does_all_of_it)));
        Same("test_no_stale_references test_free_reference",
            By<PoolExpectations>(nameof(PoolExpectations.What_a_call_took_and_gave_is_kept_by_nobody)));
        Same("test_max_workers_negative", By<PoolExpectations>(nameof(PoolExpectations.A_pool_has_as_many_workers_as_told_and_at_least_one)));
        NotApplicable("test_swallows_falsey_exceptions", "an exception has no truth value");

        Class("ProcessPoolExecutorTest");
        NotApplicable("test_max_workers_too_large", "a limit of Windows");
        NotApplicable("test_sysconf_permission_error", "no named semaphores, whose number would have to be asked for");
        Differs("test_killed_child",
            "one worker that dies breaks the executor: every future fails, nothing can be submitted any more", "only the task that it was executing fails; the pool goes on", One,
            By<PoolDeathTests>(nameof(PoolDeathTests.A_worker_that_is_killed_from_outside_while_it_works_costs_that_task), nameof(PoolDeathTests.Deadly_tasks_in_a_row_each_fail_alone_and_the_pool_goes_on)));
        Same("test_broken_process_pool_traceback",
            By<PoolExpectations>(nameof(PoolExpectations.Every_call_of_a_broken_pool_has_an_exception_of_its_own)));
        Same("test_map_chunksize",
            By<PoolContract>(nameof(PoolContract.A_map_of_any_chunk_size_and_kind_of_items_keeps_their_order)));
        Same("test_traceback", By<PoolContract>(nameof(PoolContract.An_exception_keeps_its_type_its_words_and_the_stack_of_the_worker)));
        Same("test_traceback_when_child_process_terminates_abruptly",
            By<PoolDeathTests>(nameof(PoolDeathTests.A_death_costs_the_running_task_which_says_who_died_of_what)));
        Same("test_ressources_gced_in_workers",
            By<PoolExpectations>(nameof(PoolExpectations.A_worker_forgets_the_argument_of_a_task_that_has_ended)));
        Same("test_idle_process_reuse_multiple",
            By<PoolContract>(nameof(PoolContract.Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts)));
        Same("test_max_tasks_per_child test_max_tasks_per_child_pending_tasks_gh115634",
            By<PoolRecyclingTests>(nameof(PoolRecyclingTests.Every_worker_runs_exactly_as_many_tasks_as_it_may_under_load)));
        NotApplicable("test_max_tasks_per_child_defaults_to_spawn_context", "recycling works with every start method");
        Same("test_shutdown_no_wait_max_tasks_gh119592 test_max_tasks_early_shutdown",
            By<PoolExpectations>(nameof(PoolExpectations.A_completed_pool_whose_workers_are_recycled_does_all_of_its_work)));
        Differs("test_gc_during_max_tasks_worker_exit_gh152967",
            "futures of an executor that was collected fail", "a forgotten pool does what it was given, then it ends",
            "work does not depend on who remembers the pool", By<PoolExpectations>(nameof(PoolExpectations.A_forgotten_pool_does_its_work)));
        Same("test_force_shutdown_during_max_tasks_worker_exit",
            By<PoolExpectations>(nameof(PoolExpectations.Terminating_is_prompt_however_much_waits)));
        Same("test_failed_worker_replacement_breaks_pool",
            By<DispatcherTests>(nameof(DispatcherTests.Workers_that_cannot_be_started_break_the_pool)));
        NotApplicable("test_python_finalization_error", "about Python's interpreter that is being finalized");
        Same("test_terminate_workers test_kill_workers test_force_shutdown_workers test_force_shutdown_workers_stops_pool",
            By<PoolContract>(nameof(PoolContract.Terminate_cancels_everything_pending_before_it_returns)), By<PoolDeathTests>(nameof(PoolDeathTests.Terminate_leaves_no_process_behind)));
        NotApplicable("test_force_shutdown_workers_invalid_op", "`Terminate` takes no operation");
        Same("test_force_shutdown_workers_dead_workers test_force_shutdown_workers_not_started_yet",
            By<PoolExpectations>(nameof(PoolExpectations.Terminating_what_has_not_begun_or_is_over_is_no_error)));

        Class("ExecutorShutdownTest");
        Same("test_run_after_shutdown", By<PoolContract>(nameof(PoolContract.A_completed_pool_does_what_it_has_and_takes_no_more)));
        Differs("test_interpreter_shutdown",
            "a program that ends waits for what it has submitted", "a pool ends with the program that made it; `await using` waits", "a program must be able to end; see `DisposeAsync`",
            By<ShutdownExpectations>(nameof(ShutdownExpectations.A_program_that_forgets_its_pool_ends)));
        NotApplicable("test_submit_after_interpreter_shutdown", "a program that ends does not wait for its pools, so there is no moment between");
        Same("test_hang_issue12364",
            By<PoolExpectations>(nameof(PoolExpectations.A_pool_that_is_completed_right_after_its_work_came_does_all_of_it)));
        Same("test_processes_terminate",
            By<PoolContract>(nameof(PoolContract.Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts), nameof(PoolContract.A_completed_pool_does_what_it_has_and_takes_no_more)));
        Same("test_context_manager_shutdown", By<PoolContract>(nameof(PoolContract.Dispose_waits_for_the_work_but_not_for_ever)));
        Same("test_del_shutdown",
            By<PoolExpectations>(nameof(PoolExpectations.A_forgotten_pool_does_its_work)),
            By<ForgottenPoolTests>(nameof(ForgottenPoolTests.What_a_forgotten_pool_was_given_is_done_before_it_ends)));
        Same("test_shutdown_no_wait", By<PoolContract>(nameof(PoolContract.A_completed_pool_does_what_it_has_and_takes_no_more)));
        Same("test_shutdown_gh_132969_case_1 test_shutdown_gh_132969_case_2",
            By<PoolExpectations>(nameof(PoolExpectations.A_completed_pool_whose_workers_are_recycled_does_all_of_its_work)));

        Class("ThreadPoolShutdownTest");
        Same("test_threads_terminate", By<PoolContract>(nameof(PoolContract.A_completed_pool_does_what_it_has_and_takes_no_more)));
        NotApplicable("test_thread_names_assigned test_thread_names_default", "the in-process back end is for debugging; its threads have names of the library");
        Same("test_cancel_futures_wait_false", By<PoolContract>(nameof(PoolContract.Terminate_cancels_everything_pending_before_it_returns)));

        Class("ExecutorDeadlockTest");
        Same("test_error_at_task_pickle", By<PoolContract>(nameof(PoolContract.What_cannot_be_sent_is_refused_by_the_call_itself)));
        Differs("test_error_at_task_unpickle", "an argument that cannot be unpickled breaks the executor", "its task fails with that exception", One,
            By<DeadlockContract>(nameof(DeadlockContract.An_argument_that_cannot_be_read_fails_its_task_alone)));
        Differs("test_exit_at_task_unpickle test_crash_at_task_unpickle", "a worker that ends while it unpickles breaks the executor", "its task fails with `WorkerDiedException`", One,
            By<DeadlockContract>(nameof(DeadlockContract.A_worker_that_ends_anywhere_costs_one_task)));
        Differs("test_crash_during_func_exec_on_worker test_crash_during_result_pickle_on_worker", "a crash breaks the executor", "its task fails with `WorkerDiedException`", One,
            By<DeadlockContract>(nameof(DeadlockContract.A_worker_that_ends_anywhere_costs_one_task)));
        Differs("test_exit_during_func_exec_on_worker test_exit_during_result_pickle_on_worker", "`sys.exit` in a task is an exception of that task", "`Environment.Exit` ends the worker: its task fails with `WorkerDiedException`",
            "in .NET it is no exception", By<DeadlockContract>(nameof(DeadlockContract.A_worker_that_ends_anywhere_costs_one_task)));
        Same("test_error_during_func_exec_on_worker",
            By<PoolContract>(nameof(PoolContract.An_exception_keeps_its_type_its_words_and_the_stack_of_the_worker)));
        Same("test_error_during_result_pickle_on_worker",
            By<DeadlockContract>(nameof(DeadlockContract.A_result_that_cannot_be_written_fails_its_task_alone)));
        Differs("test_error_during_result_unpickle_in_result_handler test_exit_during_result_unpickle_in_result_handler", "a result that cannot be unpickled breaks the executor", "its task fails", One,
            By<DeadlockContract>(nameof(DeadlockContract.A_result_that_cannot_be_read_fails_its_task_alone)));
        Same("test_shutdown_deadlock test_shutdown_deadlock_pickle",
            By<DeadlockContract>(nameof(DeadlockContract.A_pool_that_is_being_completed_survives_deaths_and_errors)));
        Same("test_crash_big_data", By<DeadlockContract>(nameof(DeadlockContract.A_death_while_large_arguments_are_on_their_way_costs_one_task)));
        Same("test_gh105829_should_not_deadlock_if_wakeup_pipe_full",
            By<PoolContract>(nameof(PoolContract.Thousands_of_calls_at_once_each_get_their_own_result)));

        Class("InitializerMixin");
        Same("test_initializer", By<PoolContract>(nameof(PoolContract.An_initializer_runs_once_in_every_worker_before_its_first_task)));

        Class("FailingInitializerMixin");
        Same("test_initializer", By<PoolContract>(nameof(PoolContract.An_initializer_that_throws_breaks_the_pool_with_that_exception)));

        Class("FailingInitializerResourcesTest");
        Same("test_spawn test_forkserver", By<PoolContract>(nameof(PoolContract.An_initializer_that_throws_breaks_the_pool_with_that_exception)));

        Class("test_thread_pool");
        Differs("test_map_submits_without_iteration", "`map` submits everything at once", "a stream begins when it is enumerated, and reads no further than told", "as sequences do in .NET",
            By<PoolExpectations>(nameof(PoolExpectations.No_more_inputs_are_read_than_told_before_a_result_is_taken)));
        Same("test_default_workers", By<ProcessPoolOptionsTests>(nameof(ProcessPoolOptionsTests.The_defaults_are_those_that_are_documented)));
        Same("test_saturation test_idle_thread_reuse",
            By<PoolContract>(nameof(PoolContract.Workers_start_on_demand_and_an_idle_one_is_used_before_another_starts)));
        NotApplicable("test_hang_global_shutdown_lock test_process_fork_from_a_threadpool", "about `fork`");
    }
}
