using Multiprocessing.Conformance.Memory;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Memory.Values;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class SharedMemoryArea : Area
{
    private const string Nothing = "nothing that dies may leave anything";

    public SharedMemoryArea() : base("Shared memory")
    {
        Class("_TestValue");
        Same("test_value test_rawvalue",
            By<SharedValueContract>(nameof(SharedValueContract.Additions_of_both_sides_add_up), nameof(SharedValueContract.A_structure_arrives_as_it_is)));
        Differs("test_getobj_getlock", "`Value` has a lock; `v.value += 1` loses additions nevertheless", "`Add`, `Increment`, `Exchange`, `CompareExchange` are atomic; for more than one step there is `Update`, with a `ProcessLock`",
            "a lock that is in the way of what needs none, and does not help where it seems to",
            By<SharedValueContract>(nameof(SharedValueContract.Exchanges_lose_nothing), nameof(SharedValueContract.Changes_of_several_steps_are_made_under_a_lock)));

        Class("_TestArray");
        Same("test_array test_rawarray",
            By<SharedArrayContract>(nameof(SharedArrayContract.Both_sides_see_the_same_elements), nameof(SharedArrayContract.Parts_of_an_array_are_filled_by_many_tasks)));
        Differs("test_getobj_getlock_obj", "`Array` has a lock unless told otherwise", "a `ProcessLock` beside it where one is needed", "which elements belong together only the program knows",
            By<SharedArrayContract>(nameof(SharedArrayContract.Parts_of_an_array_are_filled_by_many_tasks)));

        Class("_TestSharedCTypes");
        Same("test_sharedctypes test_synchronize",
            By<SharedValueContract>(nameof(SharedValueContract.A_structure_arrives_as_it_is)), By<SharedArrayContract>(nameof(SharedArrayContract.Both_sides_see_the_same_elements)));
        Differs("test_copy", "`copy` makes another shared object", "`new SharedValue<T>(value.Value)`, `SharedArray.From<T>(array.Span)`", "the same by what is there already",
            By<SharedArrayTests>(nameof(SharedArrayTests.Elements_are_copied_in_and_out)));

        Class("_TestSharedMemory");
        Differs("test_shared_memory_name_with_embedded_null", "a name with a NUL in it is a `ValueError`", "any characters are a name", "it is a key of the tree of processes, not the name of a file",
            By<NamedMemoryContract>(nameof(NamedMemoryContract.Any_characters_name_one_memory_until_it_is_gone)));
        Same("test_shared_memory_basics test_shared_memory_recreate",
            By<SharedMemoryTests>(nameof(SharedMemoryTests.A_name_can_be_taken_only_once), nameof(SharedMemoryTests.An_unknown_name_is_not_found)), By<SharedMemoryContract>(nameof(SharedMemoryContract.It_is_opened_by_name_on_the_other_side)));
        Same("test_invalid_shared_memory_creation", By<SharedMemoryTests>(nameof(SharedMemoryTests.A_size_must_be_positive)));
        Same("test_shared_memory_pickle_unpickle test_shared_memory_across_processes",
            By<SharedMemoryContract>(nameof(SharedMemoryContract.Both_sides_see_the_same_bytes), nameof(SharedMemoryContract.It_is_opened_by_name_on_the_other_side)));
        Same("test_shared_memory_cleaned_after_process_termination",
            By<ForgottenMemoryTests>(nameof(ForgottenMemoryTests.Workers_that_are_killed_leave_nothing)));
        NotApplicable("test_shared_memory_SharedMemoryServer_ignores_sigint test_shared_memory_SharedMemoryManager_reuses_resource_tracker", "there is neither server nor tracker");
        Differs("test_shared_memory_SharedMemoryManager_basics", "a `SharedMemoryManager` unlinks what was made through it", "memory goes with the last process that uses it", Nothing,
            By<TravellingTests>(nameof(TravellingTests.What_a_killed_worker_held_is_free_again), nameof(TravellingTests.An_object_that_a_worker_has_made_outlives_it)));
        Same("test_shared_memory_ShareableList_basics",
            By<SharedListTests>(nameof(SharedListTests.Values_are_found), nameof(SharedListTests.Indexes_and_capacities_are_checked), nameof(SharedListTests.An_item_has_exactly_the_room_that_it_was_made_with)),
            By<SharedListContract>(nameof(SharedListContract.Every_item_comes_back_as_it_was_given)));
        Same("test_shared_memory_ShareableList_pickling", By<SharedListContract>(nameof(SharedListContract.Items_are_changed_on_the_other_side)));
        Same("test_shared_memory_ShareableList_pickling_dead_object",
            By<TravellingTests>(nameof(TravellingTests.A_reference_that_nobody_held_leads_nowhere), nameof(TravellingTests.A_disposed_object_cannot_be_sent)));
        Differs("test_shared_memory_untracking test_shared_memory_tracking", "the tracker of any tree that opened the memory unlinks it at its exit", "no tracker: the memory goes with its last user", "an unrelated process must not take it away",
            By<TravellingTests>(nameof(TravellingTests.A_child_keeps_what_its_parent_has_forgotten)));

        Class("TestSharedMemoryNames");
        Same("test_that_shared_memory_name_with_colons_has_no_resource_tracker_errors",
            By<NamedMemoryContract>(nameof(NamedMemoryContract.Any_characters_name_one_memory_until_it_is_gone)));

        Class("_TestHeap");
        Same("test_heap test_free_from_gc",
            By<HoldTableTests>(nameof(HoldTableTests.A_block_is_used_again_when_its_last_holder_has_closed_it)), By<ForgottenMemoryTests>(nameof(ForgottenMemoryTests.A_program_that_never_disposes_does_not_run_out_of_memory)));

        Class("TestResourceTracker");
        Differs("test_resource_tracker test_resource_tracker_reused test_resource_tracker_exit_code", "a helper process unlinks what killed processes have left", "there is nothing to unlink: the kernel frees it with the last user", Nothing,
            By<ForgottenMemoryTests>(nameof(ForgottenMemoryTests.Workers_that_are_killed_leave_nothing)));
        NotApplicable("""
            test_resource_tracker_sigint test_resource_tracker_sigterm test_resource_tracker_sigkill test_too_long_name_resource test_resource_tracker_blocked_signals
            test_resource_tracker_fork_deadlock test_resource_tracker_mp_fork_reuse_and_prompt_reap test_resource_tracker_raw_fork_prompt_reap
            test_resource_tracker_lock_reinit_after_fork test_resource_tracker_safety_net_timeout
            """, "there is no tracker");

        Class("");
        Unlike("`shared_memory` is a file in `/dev/shm`; who forgets `unlink`, or is killed, leaves it", "anonymous memory; it goes with the last process that uses it", Nothing,
            By<ForgottenMemoryTests>(nameof(ForgottenMemoryTests.Workers_that_are_killed_leave_nothing)));
        Unlike("any process of the user opens it by its name", "a name is known to the tree of processes only", "others have no business there; nothing to guess");
        Unlike("a name is made up if none is given", "memory has no name unless it was made by `CreateNamed`", "objects are sent, names are not needed");
        Unlike("`FileExistsError`, `FileNotFoundError`; `ValueError` for a bad size or name", "`IOException`, `FileNotFoundException`; `ArgumentOutOfRangeException`, `ArgumentException`", "as .NET's memory-mapped files",
            By<SharedMemoryTests>(nameof(SharedMemoryTests.A_name_can_be_taken_only_once), nameof(SharedMemoryTests.An_unknown_name_is_not_found), nameof(SharedMemoryTests.A_size_must_be_positive)));
        Unlike("opening by name ignores the size; the type is the opener's belief", "kind, element size and element type are checked", "a mistake is an error, not garbage",
            By<SharedMemoryTests>(nameof(SharedMemoryTests.The_name_of_another_kind_is_refused)), By<SharedValueTests>(nameof(SharedValueTests.The_name_of_a_value_of_another_type_is_refused)));
        Unlike("`close` with exported views is a `BufferError`", "`Dispose` always works; views throw, pointers see zeros", "another thread may be inside at any time",
            By<SharedMemoryTests>(nameof(SharedMemoryTests.Whoever_is_inside_at_the_disposal_finds_zeros), nameof(SharedMemoryTests.Threads_may_be_inside_at_the_disposal)));
        Unlike("`Value` and `Array` travel only while a process is being started", "everything can be sent at any time and anywhere, nested in other objects", "they are references",
            By<TravellingTests>(nameof(TravellingTests.A_task_gets_and_returns_the_same_object), nameof(TravellingTests.A_lambda_captures_it)));
        Unlike("type codes, `ctypes` structures", "any unmanaged `T`", "the language has the types");
        Unlike("numbers too large for the type code wrap silently", "the type of the language decides", "the compiler tells");
        Unlike("`Array` is indexed from the end by negative numbers", "`array[^1]`; negative indexes are errors", "as everywhere in .NET",
            By<SharedArrayTests>(nameof(SharedArrayTests.Indexes_are_checked)));
        Unlike("slices are copies", "slices share the memory; `ToArray` copies", "as spans do",
            By<SharedArrayContract>(nameof(SharedArrayContract.A_slice_shows_the_same_memory_there)));
        Unlike("`ShareableList` drops NULs at the end of strings and bytes", "every string (also ill-formed) and all bytes come back as they were", "data loss",
            By<SharedListContract>(nameof(SharedListContract.Every_item_comes_back_as_it_was_given)));
        Unlike("room of a text is rounded up to 8 bytes; a number has room for 8", "exactly what was needed at first, or asked for, and at least 16 bytes", "what fits must not depend on luck",
            By<SharedListTests>(nameof(SharedListTests.An_item_has_exactly_the_room_that_it_was_made_with)));
        Unlike("`KeyError` for other types, `struct.error` for large numbers", "`ArgumentException` with the type's name, `OverflowException`", "an error names the culprit",
            By<SharedListTests>(nameof(SharedListTests.Other_types_are_refused_by_name), nameof(SharedListTests.Whole_numbers_become_long_and_are_checked)));
        Unlike("an item that is being written can be read half old, half new", "items are read and written as a whole, also if the writer is killed", "nobody can work with half of a value",
            By<SharedListContract>(nameof(SharedListContract.Nobody_sees_half_of_an_item)),
            By<SharedListTests>(nameof(SharedListTests.Nobody_sees_half_of_an_item_while_writers_are_killed)));
    }
}
