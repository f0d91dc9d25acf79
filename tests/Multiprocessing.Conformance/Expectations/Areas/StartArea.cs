using Multiprocessing.Tests.Processes;
using Multiprocessing.Tests.Processes.Hosts;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class StartArea : Area
{
    public StartArea() : base("Start methods and programs")
    {
        Class("TestStartMethod");
        Same("test_context test_set_get",
            By<ContextTests>(nameof(ContextTests.A_bound_context_cannot_be_changed), nameof(ContextTests.The_method_is_set_once)));
        Same("test_get_all_start_methods", By<ContextTests>(nameof(ContextTests.The_default_is_Standby_and_is_first_of_all)));
        Differs("test_spawn_dont_set_context test_freeze_support_dont_set_context",
            "some functions must not fix the start method by accident", "reading `Default.StartMethod` and starting something fix it, `StartMethodIfSet` does not",
            "there is no `freeze_support` to call",
            By<ContextTests>(nameof(ContextTests.Asking_for_the_method_settles_it), nameof(ContextTests.The_method_is_set_once)));
        NotApplicable("test_context_check_module_types test_preload_resources test_mixed_startmethod", "about modules and about locks made for `fork`; objects work with every start method");

        Class("TestNoForkBomb");
        Same("test_noforkbomb", By<RefusedHostTests>(nameof(RefusedHostTests.A_process_that_was_not_taken_over_ends_at_once_and_starts_nothing)));

        Class("test_multiprocessing_main_handling");
        Same("""
            test_basic_script test_basic_script_no_suffix test_ipython_workaround test_script_compiled test_directory test_directory_compiled test_zipfile
            test_zipfile_compiled test_module_in_package test_module_in_package_in_zipfile test_module_in_subpackage_in_zipfile test_package test_package_compiled
            """,
            By<HostTests>(nameof(HostTests.The_dotnet_host_with_options_and_relative_paths), nameof(HostTests.Dotnet_run), nameof(HostTests.Dotnet_run_of_a_single_source_file), nameof(HostTests.A_self_contained_program)));

        Class("_TestSpawnedSysPath");
        NotApplicable("test_forkserver_preload_imports_sys_path test_child_sys_path", "there is no import path: a child is the same program");
        NotApplicable("test_std_streams_flushed_after_preload", "a child is never a copy of a process with unflushed output");

        Class("MiscTestCase");
        NotApplicable("""
            test__all__ test_spawn_sys_executable_none_allows_import test_forked_thread_not_started test_preload_main test_preload_main_sys_argv
            test_preload_main_large_sys_argv
            """, "about Python's modules, interpreter and `fork`");

        Class("TestInternalDecorators");
        NotApplicable("test_only_run_in_spawn_testsuite test_only_run_in_forkserver_testsuite", "about CPython's own test decorators");

        Class("");
        Unlike("the child imports the main module again, which needs a guard (`if __name__ == '__main__'`)", "a child is taken over before `Main`; no guard", "forgetting it must not start processes without end",
            By<RefusedHostTests>(nameof(RefusedHostTests.A_process_that_was_not_taken_over_ends_at_once_and_starts_nothing)));
        Unlike("`fork` copies everything, with the locks of other threads", "`StartMethod.Fork` is refused with the alternative", "a managed runtime cannot be forked",
            By<ChildProcessTests>(nameof(ChildProcessTests.Fork_is_refused_with_the_alternative)));
        Unlike("`forkserver` forks a helper that has imported modules", "`Standby` hands out processes that are waiting already", "the same purpose (nobody waits for a start) without fork",
            By<StandbyTests>(nameof(StandbyTests.A_process_that_waits_is_used)));
        Unlike("a child of `forkserver` has the environment and folder of the server's start", "environment, folder, culture, niceness and affinity are those of the parent at `Start`", "a child that was started in advance must not differ from one that was not",
            By<HandOverTests>(nameof(HandOverTests.Environment_variables_are_those_of_the_start_also_in_native_code), nameof(HandOverTests.The_working_directory_is_that_of_the_start)));
    }
}
