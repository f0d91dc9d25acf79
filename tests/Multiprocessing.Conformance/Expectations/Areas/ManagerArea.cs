using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Memory.Values;
using Multiprocessing.Tests.Messaging.Queues;
using Multiprocessing.Tests.Synchronization.Barriers;
using Multiprocessing.Tests.Synchronization.Conditions;
using Multiprocessing.Tests.Synchronization.Events;
using Multiprocessing.Tests.Synchronization.Locks;
using Multiprocessing.Tests.Synchronization.Semaphores;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class ManagerArea : Area
{
    private const string Not = "managers: objects in a server process, called through proxies";

    public ManagerArea() : base("Managers")
    {
        Class("_TestContainers");
        NotBuilt("""
            test_list test_list_isinstance test_list_iter test_list_proxy_in_list test_dict test_dict_isinstance test_dict_iter test_dict_proxy_nested
            test_nested_queue test_namespace
            """, Not);

        Class("_TestMyManager");
        NotBuilt("test_mymanager test_mymanager_context test_mymanager_context_prestarted", Not);

        Class("_TestRemoteManager");
        NotBuilt("test_remote", Not);

        Class("_TestManagerRestart");
        NotBuilt("test_rapid_restart", Not);

        Class("TestManagerExceptions");
        NotBuilt("test_queue_get test_dispatch", Not);

        Class("TestSyncManagerTypes");
        Same("test_event",
            By<EventContract>(nameof(EventContract.What_one_does_others_see), nameof(EventContract.Whoever_waits_here_is_released_by_another)));
        Differs("test_lock", "a child may acquire a manager's lock and its parent release it", "a lock belongs to the process that acquired it", "see below: a lock without owner cannot be taken over when a process dies",
            By<LockContract>(nameof(LockContract.A_process_that_does_not_own_it_cannot_release_it)));
        Same("test_rlock", By<RLockContract>(nameof(RLockContract.Its_thread_acquires_it_again_and_must_release_it_as_often)));
        Same("test_semaphore test_bounded_semaphore",
            By<SemaphoreContract>(nameof(SemaphoreContract.As_many_as_there_are_permits_get_one), nameof(SemaphoreContract.A_maximum_is_never_exceeded)));
        Same("test_condition", By<ConditionContract>(nameof(ConditionContract.All_who_wait_elsewhere_are_notified_from_here)));
        Same("test_barrier",
            By<BarrierContract>(nameof(BarrierContract.Abort_breaks_and_reset_mends), nameof(BarrierContract.All_are_let_go_when_the_last_has_come_each_with_a_number_of_its_own)));
        Same("test_queue test_joinable_queue",
            By<QueueContract>(nameof(QueueContract.What_is_put_elsewhere_in_whatever_way_comes_here_in_its_order), nameof(QueueContract.Joining_waits_for_those_who_work_elsewhere)));
        Same("test_value test_array",
            By<SharedValueContract>(nameof(SharedValueContract.Additions_of_both_sides_add_up)), By<SharedArrayContract>(nameof(SharedArrayContract.Both_sides_see_the_same_elements)));
        NotBuilt("test_pool test_list test_dict test_namespace test_set test_set_init", Not);
        NotApplicable("test_set_contain_all_method", "about Python's set type");
    }
}
