using Multiprocessing.Conformance.Messaging;
using Multiprocessing.Conformance.Processes;
using Multiprocessing.Tests.Processes;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class ProcessArea : Area
{
    private const string Kernel = "nothing that dies may leave a process behind";

    public ProcessArea() : base("Processes")
    {
        Class("_TestProcess");
        Same("test_current", By<NameTests>(nameof(NameTests.The_first_process_is_MainProcess_without_a_parent)));
        Same("test_args_argument", By<ProcessContract>(nameof(ProcessContract.Arguments_of_every_kind_arrive_as_they_were)));
        Same("test_daemon_argument",
            By<NameTests>(nameof(NameTests.Children_of_background_children_are_background_children), nameof(NameTests.A_child_knows_its_name_and_its_parent)));
        Same("test_parent_process_attributes",
            By<NameTests>(nameof(NameTests.The_first_process_is_MainProcess_without_a_parent), nameof(NameTests.A_child_knows_its_name_and_its_parent)));
        Differs("test_parent_process",
            "a child lives on when its parent is killed, and `parent_process().is_alive()` tells it", "the kernel ends it with its parent, at any depth",
            Kernel, By<LifetimeTreeTests>(nameof(LifetimeTreeTests.A_killed_process_takes_its_children_and_theirs_with_it)));
        Same("test_process test_active_children",
            By<ProcessContract>(nameof(ProcessContract.A_child_is_listed_from_its_start_to_its_end)), By<ChildProcessTests>(nameof(ChildProcessTests.Its_state_shows_its_life)));
        Same("test_process_mainthread_native_id", By<ChildProcessTests>(nameof(ChildProcessTests.A_function_runs_in_another_process)));
        Differs("test_interrupt",
            "`interrupt` raises `KeyboardInterrupt` in the child, which ends with 1", "`Interrupt` cancels the target's token and raises `Console.CancelKeyPress`; unhandled, the child ends by the signal: -2",
            "nothing can be thrown into a running function of .NET; the exit code says what it was",
            By<InterruptTests>(nameof(InterruptTests.The_stopping_token_is_cancelled_and_the_function_goes_on), nameof(InterruptTests.A_function_that_gives_up_by_its_token_ends_by_the_signal), nameof(InterruptTests.The_console_raises_CancelKeyPress)));
        Same("test_interrupt_no_handler", By<ExitCodeTests>(nameof(ExitCodeTests.Interrupt_without_a_handler_is_SIGINT)));
        Same("test_terminate", By<ExitCodeTests>(nameof(ExitCodeTests.Terminate_is_SIGTERM)));
        Same("test_kill", By<ExitCodeTests>(nameof(ExitCodeTests.Kill_is_SIGKILL)));
        NotApplicable("test_cpu_count", "`Environment.ProcessorCount` is the runtime's, and knows limits of containers and affinity");
        Same("test_recursion", By<ProcessContract>(nameof(ProcessContract.Children_of_children_report_in_the_order_of_their_starting)));
        Same("test_sentinel",
            By<WaitingTests>(nameof(WaitingTests.Its_wait_handle_is_set_when_it_ends)), By<ChildProcessTests>(nameof(ChildProcessTests.What_needs_a_started_child_says_so)));
        Differs("test_close",
            "`close` of a running process is a `ValueError`", "`Dispose` lets go of the object only: the child runs on and stays in `ActiveChildren`",
            "`Dispose` must not throw, and a `using` must not kill", By<ChildProcessTests>(nameof(ChildProcessTests.A_disposed_child_runs_on)));
        Same("test_lose_target_ref", By<ProcessContract>(nameof(ProcessContract.The_parent_forgets_the_target_when_the_child_has_started)));
        Same("test_error_on_stdio_flush_1 test_error_on_stdio_flush_2",
            By<ProcessContract>(nameof(ProcessContract.An_output_that_cannot_be_flushed_does_not_change_the_exit_code)));
        Same("test_forkserver_sigint test_forkserver_sigkill",
            By<StandbyTests>(nameof(StandbyTests.A_process_that_died_while_it_waited_is_replaced)));
        Differs("test_forkserver_auth_is_enabled test_forkserver_without_auth_fails",
            "the fork server listens on a named socket, with a key since 3.14", "who waits for the next start hangs on a pair of sockets without a name",
            "what nobody else can reach needs no key", By<IsolationTests>(nameof(IsolationTests.No_descriptor_of_the_parent_reaches_a_child)));
        Same("test_many_processes", By<ManyChildrenTests>(nameof(ManyChildrenTests.A_hundred_at_once)));
        Same("test_wait_for_threads",
            By<ChildProcessTests>(nameof(ChildProcessTests.Foreground_threads_are_waited_for_and_background_threads_are_not)));
        Same("test_child_fd_inflation", By<IsolationTests>(nameof(IsolationTests.No_descriptor_of_the_parent_reaches_a_child)));
        NotApplicable("test_set_executable", "a child is the same program, started as the parent was; there is no interpreter to choose");

        Class("_TestSubclassingProcess");
        Differs("test_subclassing",
            "a subclass of `Process` overrides `run`", "a delegate, with its captured variables or an argument",
            "what travels is what the function uses, not an object with a process in it",
            By<ProcessContract>(nameof(ProcessContract.A_child_serves_requests_until_it_is_told_to_end)));
        Same("test_stderr_flush", By<ChildProcessTests>(nameof(ChildProcessTests.An_exception_is_written_under_the_name_of_the_process)));
        Differs("test_sys_exit",
            "`sys.exit` with a text prints it and ends with 1; `True` is 1, `None` 0", "an exit code is an `int`: the target's result, or `Environment.Exit`",
            "the type of the language decides",
            By<ExitCodeTests>(nameof(ExitCodeTests.A_result_is_the_exit_code), nameof(ExitCodeTests.Environment_Exit_ends_with_its_code), nameof(ExitCodeTests.The_system_keeps_the_lowest_8_bits_of_an_exit_code)));

        Class("_TestPollEintr");
        Same("test_poll_eintr", By<SignalContract>(nameof(SignalContract.Who_joins_a_child_is_not_disturbed_by_signals)));

        Class("TestIgnoreEINTR");
        Same("test_ignore", By<SignalContract>(nameof(SignalContract.Who_sends_and_receives_is_not_disturbed_by_signals)));
        Same("test_ignore_listener", By<SignalContract>(nameof(SignalContract.Who_accepts_is_not_disturbed_by_signals)));

        Class("TestStdinBadfiledescriptor");
        Same("test_queue_in_process test_pool_in_process", By<ProcessContract>(nameof(ProcessContract.A_pool_and_a_queue_work_inside_of_a_child)));
        NotApplicable("test_flushing", "standard input of a child is empty; Python wraps it anew");

        Class("_TestAtExit");
        Same("test_atexit", By<ChildProcessTests>(nameof(ChildProcessTests.Exit_handlers_run_and_output_is_flushed)));

        Class("");
        Unlike("`Process(target, args, kwargs)`", "`new ChildProcess(function)`, `ChildProcess.Create(function, argument)`", "a typed argument, or captured variables, are checked by the compiler");
        Unlike("methods before the start are an `AssertionError` or `AttributeError`, after `close` a `ValueError`", "`InvalidOperationException`, `ObjectDisposedException`", "the framework's names for them",
            By<ChildProcessTests>(nameof(ChildProcessTests.What_needs_a_started_child_says_so), nameof(ChildProcessTests.It_cannot_be_started_twice)));
        Unlike("`join(timeout)` returns `None` either way; negative is 0", "`Join(timeout)` says whether the child has ended; negative ones but the infinite are an `ArgumentOutOfRangeException`", "as everywhere in .NET",
            By<WaitingTests>(nameof(WaitingTests.Time_outs_are_infinite_zero_or_positive)));
        Unlike("`join` by two threads races (gh-130895)", "any number of threads and tasks wait, with time-outs and tokens", "the kernel tells, by a descriptor of the process",
            By<WaitingTests>(nameof(WaitingTests.Many_threads_wait_for_one_child_and_time_out), nameof(WaitingTests.A_token_ends_the_waiting_and_not_the_child)));
        Unlike("a daemonic process must not have children", "it may; they end with it", Kernel,
            By<NameTests>(nameof(NameTests.Children_of_background_children_are_background_children)));
        Unlike("daemonic children outlive a parent that is killed, and so do the workers of an executor", "the kernel ends all of them", Kernel,
            By<LifetimeTreeTests>(nameof(LifetimeTreeTests.A_killed_process_takes_its_children_and_theirs_with_it), nameof(LifetimeTreeTests.A_child_ends_with_its_parent_also_if_the_kernel_forgot_to_tell_it)));
        Unlike("at exit a process waits without limit for a daemonic child that ignores SIGTERM", "such a child is killed after a while", Kernel,
            By<LifetimeTreeTests>(nameof(LifetimeTreeTests.A_background_child_that_ignores_SIGTERM_is_killed_at_exit)));
    }
}
