using Multiprocessing.Tests.Synchronization.Barriers;
using Multiprocessing.Tests.Synchronization.Conditions;
using Multiprocessing.Tests.Synchronization.Events;
using Multiprocessing.Tests.Synchronization.Locks;
using Multiprocessing.Tests.Synchronization.Semaphores;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class SynchronizationArea : Area
{
    private const string Nobody = "nothing that dies may hang others";

    public SynchronizationArea() : base("Synchronization")
    {
        Class("_TestLock");
        NotApplicable("test_repr_lock test_repr_rlock", "who owns it is asked by `IsLocked`, `IsHeldByCurrentProcess`, `IsHeldByCurrentThread`");
        Same("test_lock",
            By<LockContract>(nameof(LockContract.A_new_lock_is_free_and_one_alone_can_have_it), nameof(LockContract.A_process_that_does_not_own_it_cannot_release_it)));
        Same("test_rlock", By<RLockContract>(nameof(RLockContract.Its_thread_acquires_it_again_and_must_release_it_as_often)));
        Same("test_lock_context", By<LockContract>(nameof(LockContract.A_scope_releases_what_it_acquired_and_nothing_else)));
        Same("test_rlock_context", By<RLockContract>(nameof(RLockContract.A_scope_takes_back_one_acquisition)));
        Same("test_lock_locked_2processes", By<LockContract>(nameof(LockContract.A_new_lock_is_free_and_one_alone_can_have_it)));
        Same("test_rlock_locked_2processes", By<RLockContract>(nameof(RLockContract.Two_objects_for_the_same_lock_count_together)));
        Unlike("`Lock` has no owner: any process releases it", "`ProcessLock` belongs to the process that acquired it; releasing by another one is a `SynchronizationLockException`",
            "a lock without owner cannot be taken over when a process dies, and hides mistakes",
            By<LockContract>(nameof(LockContract.A_process_that_does_not_own_it_cannot_release_it)));
        Unlike("a killed holder keeps the lock for ever", "the next one gets it within milliseconds: `AcquireResult.Abandoned`", Nobody,
            By<LockContract>(nameof(LockContract.A_process_that_ends_without_releasing_leaves_it_to_the_next_who_is_told)), By<LockKillingTests>(nameof(LockKillingTests.Users_of_a_lock_killed_at_any_moment_leave_nobody_waiting_and_nobody_inside)));
        Unlike("`acquire` returns a bool", "`TryAcquire` returns an `AcquireResult`; `Acquire` waits without limit", "there are three outcomes",
            By<LockContract>(nameof(LockContract.A_time_that_is_over_ends_the_wait)));
        Unlike("a negative time-out counts as 0", "an `ArgumentOutOfRangeException`, except for the infinite one", "as everywhere in .NET",
            By<LockContract>(nameof(LockContract.Negative_times_are_refused)));
        Unlike("`RLock`: release by a thread that does not own it is an `AssertionError`", "`SynchronizationLockException`", "as in .NET",
            By<RLockContract>(nameof(RLockContract.Another_thread_of_the_same_process_is_another_owner)));
        Unlike("locks travel only while a process is being started", "they can be sent at any time and anywhere", "they are references to shared memory",
            By<LockContract>(nameof(LockContract.Nobody_is_inside_with_another)));
        Unlike("no asynchronous acquire", "`AcquireAsync`, without a thread that waits", "a thread per waiter is a cost that grows",
            By<LockContract>(nameof(LockContract.Whoever_waits_elsewhere_gets_it_when_it_is_released)));

        Class("_TestSemaphore");
        Same("test_semaphore", By<SemaphoreContract>(nameof(SemaphoreContract.As_many_as_there_are_permits_get_one)));
        Same("test_bounded_semaphore", By<SemaphoreContract>(nameof(SemaphoreContract.A_maximum_is_never_exceeded)));
        Same("test_timeout", By<SemaphoreContract>(nameof(SemaphoreContract.A_time_that_is_over_ends_the_wait)));
        Unlike("`Semaphore`: permits of a killed process are lost", "they come back, unless made with `recoverPermits: false`", Nobody + "; without it for use as a signal",
            By<SemaphoreContract>(nameof(SemaphoreContract.The_permits_of_a_process_that_dies_come_back_if_they_are_to)));
        Unlike("`BoundedSemaphore` is a class of its own; its bound is its initial value", "`ProcessSemaphore(initial, maximum)`; exceeding it is a `SemaphoreFullException`", "as `SemaphoreSlim`",
            By<SemaphoreContract>(nameof(SemaphoreContract.A_maximum_is_never_exceeded)));

        Class("_TestCondition");
        Same("test_notify test_notify_n", By<ConditionContract>(nameof(ConditionContract.As_many_are_notified_as_asked_for)));
        Same("test_notify_all", By<ConditionContract>(nameof(ConditionContract.All_who_wait_elsewhere_are_notified_from_here)));
        Same("test_waitfor test_waitfor_timeout",
            By<ConditionContract>(nameof(ConditionContract.Waiting_for_something_looks_at_once_and_after_each_notification)));
        Same("test_timeout", By<ConditionContract>(nameof(ConditionContract.However_a_wait_ends_the_lock_is_owned)));
        Differs("test_wait_result", "SIGINT raises `KeyboardInterrupt` out of a wait", "a token ends a wait; what SIGINT does is the program's business", "nothing can be thrown into a running function of .NET",
            By<ConditionContract>(nameof(ConditionContract.However_a_wait_ends_the_lock_is_owned)));
        Unlike("`Condition.notify` hangs for ever if a waiter was killed", "it never waits for those whom it wakes", Nobody,
            By<ConditionKillingTests>(nameof(ConditionKillingTests.Waiters_and_notifiers_killed_at_any_moment_leave_nobody_waiting)));
        Unlike("`Condition.notify` waits until the notified have taken note", "it returns at once; a notification given to a process that dies goes on to another waiter", Nobody,
            By<ConditionDeathTests>(nameof(ConditionDeathTests.What_was_given_to_one_that_dies_wakes_another_that_sleeps)));
        Unlike("a notifier that is killed before it notifies leaves the waiters asleep", "the death of the lock's owner wakes waiters; the first one has the lock as `Abandoned` (`ReacquireResult`)", Nobody,
            By<ConditionDeathTests>(nameof(ConditionDeathTests.The_death_of_the_owner_of_the_lock_wakes_a_waiter_who_is_told)));
        Unlike("`Condition()` makes an `RLock`", "the lock is given: a `ProcessLock` (also for asynchronous waits) or a `ProcessRLock`", "the lock is needed by itself anyway, and which kind it is matters",
            By<ConditionContract>(nameof(ConditionContract.A_recursive_lock_is_released_wholly_and_had_back_as_often)));
        Unlike("`notify(n <= 0)` does nothing", "0 does nothing, a negative number is an `ArgumentOutOfRangeException`", "a mistake is told",
            By<ConditionContract>(nameof(ConditionContract.Numbers_out_of_range_are_refused)));

        Class("_TestEvent");
        Same("test_event",
            By<EventContract>(nameof(EventContract.What_one_does_others_see), nameof(EventContract.Whoever_waits_here_is_released_by_another), nameof(EventContract.A_time_that_is_over_ends_the_wait)));
        NotApplicable("test_repr", "`IsSet` tells it");
        Unlike("`Event.wait` may miss a `set` that a `clear` follows at once", "whoever was waiting when the event was set is released", "nobody has to guess how long an event must stay set",
            By<EventContract>(nameof(EventContract.Who_waits_is_released_even_if_the_event_is_reset_at_once)));
        Unlike("`Event.set` hangs for ever if a waiter was killed", "it never waits for those whom it wakes", Nobody,
            By<EventKillingTests>(nameof(EventKillingTests.Who_sets_an_event_may_be_killed_at_any_moment_and_all_who_wait_are_released)));

        Class("_TestBarrier");
        Same("test_barrier test_barrier_10 test_wait_return",
            By<BarrierContract>(nameof(BarrierContract.All_are_let_go_when_the_last_has_come_each_with_a_number_of_its_own)));
        Same("test_action", By<BarrierContract>(nameof(BarrierContract.The_action_runs_once_per_round_before_anybody_is_let_go)));
        Same("test_default_timeout", By<BarrierContract>(nameof(BarrierContract.The_time_of_the_barrier_itself_counts_where_none_is_given)));
        Same("test_abort test_abort_and_reset", By<BarrierContract>(nameof(BarrierContract.Abort_breaks_and_reset_mends)));
        Same("test_reset", By<BarrierContract>(nameof(BarrierContract.Reset_sends_away_those_who_wait_and_leaves_the_barrier_usable)));
        Same("test_timeout", By<BarrierContract>(nameof(BarrierContract.A_time_that_is_over_breaks_the_barrier_for_all_until_it_is_reset)));
        Same("test_single_thread", By<BarrierContract>(nameof(BarrierContract.A_barrier_of_one_lets_go_at_once)));
        Same("test_thousand", By<BarrierContract>(nameof(BarrierContract.Parties_in_a_tight_loop_never_get_more_than_one_round_ahead)));
        Unlike("a killed party of a `Barrier` is waited for", "its death breaks the barrier", Nobody,
            By<BarrierDeathTests>(nameof(BarrierDeathTests.A_party_that_dies_while_it_waits_breaks_the_barrier_for_all_who_wait)));
        Unlike("`Barrier(0)` is accepted", "an `ArgumentOutOfRangeException`", "nobody could ever wait for it",
            By<BarrierContract>(nameof(BarrierContract.Numbers_out_of_range_are_refused)));
        Unlike("a `Barrier` cannot be given up but by a time-out", "also by a cancelled token and by disposing of the object; each breaks it as a time-out does", "the others cannot come together without the one that left",
            By<BarrierContract>(nameof(BarrierContract.A_party_that_is_cancelled_breaks_the_barrier_for_the_others), nameof(BarrierContract.A_party_whose_object_is_disposed_of_breaks_the_barrier)));

        Class("SemLockTests");
        NotApplicable("test_semlock_subclass", "there is no class below the locks to derive from");

        Class("TestForkAwareThreadLock");
        NotApplicable("test_lock", "about `fork`");

        Class("TestNamedResource");
        NotApplicable("test_global_named_resource_spawn", "primitives have no name, and nothing tracks them");
    }
}
