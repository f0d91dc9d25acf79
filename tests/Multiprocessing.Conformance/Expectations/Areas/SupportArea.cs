using Multiprocessing.Tests.Pools;
using Multiprocessing.Tests.Processes;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class SupportArea : Area
{
    public SupportArea() : base("Around it")
    {
        Class("_TestFinalize");
        NotApplicable("test_finalize test_thread_safety", "`IDisposable`, finalizers and exit handlers are the runtime's");

        Class("_TestImportStar");
        NotApplicable("test_import", "about Python's modules");

        Class("_TestLogging");
        Differs("test_enable_logging test_level", "`get_logger`, `log_to_stderr`; the level is inherited by children", "`MultiprocessingLog.LoggerFactory`; a worker's writes to the log of the program",
            "the program's own logging decides what is seen");
        NotApplicable("test_filename", "about lines of Python's source");

        Class("TestBaseProcessKwargs");
        NotApplicable("test_default_kwargs_not_shared_between_instances", "there are no mutable defaults");

        Class("TestFlags");
        Same("test_flags", By<HandOverTests>(nameof(HandOverTests.Variables_that_the_runtime_reads_at_its_start_are_in_force)));

        Class("TestCloseFds");
        Same("test_close_fds",
            By<IsolationTests>(nameof(IsolationTests.No_descriptor_of_the_parent_reaches_a_child), nameof(IsolationTests.No_descriptor_of_ours_reaches_programs_that_user_code_starts)));

        Class("TestPoolNotLeakOnFailure");
        Same("test_release_unused_processes", By<StartFailureTests>(nameof(StartFailureTests.A_process_that_says_nothing_in_time_is_killed)),
            By<DispatcherTests>(nameof(DispatcherTests.Workers_that_cannot_be_started_break_the_pool)));
    }
}
