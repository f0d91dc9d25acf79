using Multiprocessing.Conformance.Messaging;
using Multiprocessing.Conformance.Processes;
using Multiprocessing.Tests.Messaging.Connections;
using Multiprocessing.Tests.Messaging.Connections.Pipes;
using Multiprocessing.Tests.Messaging.Waiting;

namespace Multiprocessing.Conformance.Expectations;

internal sealed class ConnectionArea : Area
{
    public ConnectionArea() : base("Connections")
    {
        Class("_TestConnection");
        Same("test_connection",
            By<ConnectionContract>(nameof(ConnectionContract.Messages_arrive_whole_in_order_and_apart_also_empty_ones), nameof(ConnectionContract.A_message_too_long_for_its_destination_is_in_the_exception), nameof(ConnectionContract.Polling_waits_no_longer_than_told_and_takes_nothing), nameof(ConnectionContract.What_was_sent_before_the_peer_closed_is_received_and_then_the_end)),
            By<PipeContract>(nameof(PipeContract.Messages_of_every_size_that_makes_a_difference_come_back)));
        Same("test_duplex_false",
            By<PipeConnectionTests>(nameof(PipeConnectionTests.Of_a_one_way_pipe_the_first_end_receives_and_the_second_one_sends)));
        Same("test_spawn_close",
            By<PipeConnectionTests>(nameof(PipeConnectionTests.A_child_answers_and_its_end_is_noticed_when_the_parent_has_closed_its_copy)));
        NotBuilt("test_fd_transfer test_large_fd_transfer test_missing_fd_transfer", "sending a descriptor; a handle cannot be sent, and the error says so");
        Same("test_context", By<ConnectionContract>(nameof(ConnectionContract.A_closed_end_says_so_and_can_be_closed_again)));

        Class("_TestListener");
        Same("test_multiple_bind",
            By<ConnectionListenerTests>(nameof(ConnectionListenerTests.An_address_in_use_is_refused_and_the_file_of_a_dead_listener_replaced)));
        Same("test_context",
            By<ConnectionListenerTests>(nameof(ConnectionListenerTests.A_closed_listener_says_so_and_leaves_accepted_connections_alone)));
        Same("test_empty_authkey",
            By<ConnectionEdgeTests>(nameof(ConnectionEdgeTests.An_empty_key_is_a_key_and_another_ones_is_refused_and_ends_nothing)));
        Same("test_abstract_socket",
            By<AbstractSocketConnectionTests>(nameof(AbstractSocketConnectionTests.Messages_arrive_whole_in_order_and_apart_also_empty_ones)));

        Class("_TestListenerClient");
        Same("test_listener_client test_issue14725 test_issue16955",
            By<SocketConnectionContract>(nameof(SocketConnectionContract.Messages_arrive_whole_in_order_and_apart_also_empty_ones)));

        Class("_TestPoll");
        Same("test_empty_string test_strings test_boundaries test_dont_merge",
            By<ConnectionContract>(nameof(ConnectionContract.Messages_arrive_whole_in_order_and_apart_also_empty_ones), nameof(ConnectionContract.Polling_waits_no_longer_than_told_and_takes_nothing)));

        Class("_TestPicklingConnections");
        Differs("test_pickling", "connections of every family travel, and sockets too", "ends of pipes do, at any time and anywhere; sockets stay", "an end of a pipe is a reference to shared memory",
            By<PipeConnectionTests>(nameof(PipeConnectionTests.Ends_travel_through_tasks_results_queues_and_other_pipes), nameof(PipeConnectionTests.A_socket_and_a_closed_end_cannot_be_sent)));
        Same("test_access", By<PipeContract>(nameof(PipeContract.The_wrong_direction_is_refused_elsewhere_too_and_a_closed_end_says_so)));

        Class("OtherTest");
        Same("test_deliver_challenge_auth_failure test_answer_challenge_auth_failure",
            By<HandshakeTests>(nameof(HandshakeTests.Whatever_a_peer_says_it_is_refused_by_the_documented_exceptions_and_never_let_in)));

        Class("ChallengeResponseTest");
        Same("test_challengeresponse",
            By<HandshakeTests>(nameof(HandshakeTests.Two_who_know_the_key_come_together), nameof(HandshakeTests.An_old_challenge_is_answered_by_the_bare_MD5_if_that_is_allowed)));

        Class("TestWait");
        Same("test_wait test_wait_slow", By<WaitContract>(nameof(WaitContract.Writers_elsewhere_are_read_until_the_last_has_closed)));
        Differs("test_wait_socket test_wait_socket_slow", "`wait` takes sockets and anything with a descriptor", "`WaitAny` takes `IWaitable`: connections, queues, processes, and what implements it", "not everything that can be waited for has a descriptor",
            By<WaitAnyTests>(nameof(WaitAnyTests.Pipes_sockets_queues_and_processes_are_waited_for_together)));
        Same("test_wait_timeout", By<WaitAnyTests>(nameof(WaitAnyTests.Pipes_sockets_queues_and_processes_are_waited_for_together)));
        Differs("test_neg_timeout", "a negative time-out counts as 0", "`Timeout.InfiniteTimeSpan`; other negative ones are an `ArgumentOutOfRangeException`", "as everywhere in .NET",
            By<WaitAnyTests>(nameof(WaitAnyTests.Bad_use_is_an_error_and_nothing_to_wait_for_is_not_waited_for)));

        Class("TestInvalidFamily");
        Same("test_invalid_family", By<ConnectionListenerTests>(nameof(ConnectionListenerTests.An_address_of_another_kind_is_refused)));
        NotApplicable("test_invalid_family_win32", "about Windows");

        Class("TestInvalidHandle");
        NotApplicable("test_invalid_handles", "no connection is made from a number");

        Class("TestTimeouts");
        NotApplicable("test_timeout", "there is no time-out of all sockets");

        Class("");
        Unlike("`poll` is true for a part of a message, and `recv` then blocks", "on sockets the same; on pipes only for a whole message", "messages of a pipe appear as a whole",
            By<ConnectionContract>(nameof(ConnectionContract.Polling_waits_no_longer_than_told_and_takes_nothing)));
        Unlike("`recv_bytes(maxlength)`", "`ReceiveBytes(maxLength)`, and `ConnectionOptions.MaxMessageLength` for the whole connection", "a limit against strangers belongs to the connection",
            By<ConnectionContract>(nameof(ConnectionContract.A_message_beyond_the_limit_of_a_call_is_refused_and_ends_receiving_but_not_sending)));
        Unlike("`recv` unpickles whatever a peer without a key sends", "refused unless `AllowObjectsWithoutKey` is set", "a stranger must not choose which types are created",
            By<StrangerTests>(nameof(StrangerTests.Without_keys_objects_are_refused_unread_on_both_sides_and_are_still_there_as_bytes)));
        Unlike("`Listener.accept` raises `AuthenticationError` for a client with a wrong key, and waits for one that says nothing", "strangers are turned away beside it (`OnRejected`); `Accept` gives the next one who has proved the key",
            "a stranger must not stop the program's loop, or block it",
            By<ConnectionListenerTests>(nameof(ConnectionListenerTests.A_client_that_says_nothing_holds_up_nobody), nameof(ConnectionListenerTests.A_client_that_stays_silent_is_turned_away_and_told_why)));
        Unlike("the socket's file is left when a listener is killed", "the default address is abstract and leaves nothing; the file of a dead listener is replaced", "nothing is left after any death",
            By<ConnectionListenerTests>(nameof(ConnectionListenerTests.An_address_in_use_is_refused_and_the_file_of_a_dead_listener_replaced)));
        Unlike("messages of two threads on one end mix", "they do not", "a connection is thread-safe",
            By<ConnectionContract>(nameof(ConnectionContract.Senders_do_not_mix_and_receivers_get_one_message_each)));
        Unlike("a connection is inherited, or sent while a process is being started", "ends of pipes can be sent at any time and anywhere; sockets stay", "an end of a pipe is a reference to shared memory",
            By<PipeConnectionTests>(nameof(PipeConnectionTests.Ends_travel_through_tasks_results_queues_and_other_pipes)));
        Unlike("`wait([])` blocks for ever; duplicates are an error", "an empty list comes back at once; duplicates count once", "a wait that cannot end is a mistake",
            By<WaitAnyTests>(nameof(WaitAnyTests.Bad_use_is_an_error_and_nothing_to_wait_for_is_not_waited_for), nameof(WaitAnyTests.Pipes_sockets_queues_and_processes_are_waited_for_together)));
        Unlike("`send_bytes(buf, offset, size)`, `recv_bytes_into(buf, offset)`; windows beyond the buffer are a `ValueError`",
            "`SendBytes` and `ReceiveBytes` take spans: `buffer.AsSpan(offset, size)`, which is an `ArgumentOutOfRangeException` then", "that is what spans are for",
            By<ConnectionContract>(nameof(ConnectionContract.Windows_of_memory_are_sent_and_received_into_and_those_beyond_it_refused)));
        Unlike("a message beyond `recv_bytes(maxlength)` is lost; a one-way end is closed by it, a duplex one sends on",
            "it is lost, and nothing more is received there; the end stays open until it is disposed of, and a duplex one sends on", "`Dispose` alone closes",
            By<ConnectionContract>(nameof(ConnectionContract.A_message_beyond_the_limit_of_a_call_is_refused_and_ends_receiving_but_not_sending)));
        Unlike("`EOFError`, `BrokenPipeError`, `ConnectionResetError`, `OSError('handle is closed')`, `OSError('connection is read-only')`",
            "`EndOfStreamException`, `IOException`, `ObjectDisposedException`, `InvalidOperationException`", "the framework's names for them",
            By<ConnectionContract>(nameof(ConnectionContract.What_was_sent_before_the_peer_closed_is_received_and_then_the_end), nameof(ConnectionContract.A_closed_end_says_so_and_can_be_closed_again)));
        Unlike("`poll(None)` waits for ever; a negative time-out counts as 0", "`Timeout.InfiniteTimeSpan`; other negative ones are an `ArgumentOutOfRangeException`", "as everywhere in .NET",
            By<ConnectionContract>(nameof(ConnectionContract.Polling_waits_no_longer_than_told_and_takes_nothing)));
        Unlike("a peer that was killed with messages unread can be an `ECONNRESET` to the reader", "everything that arrived is received, then the end", "one way to end",
            By<PipeDeathTests>(nameof(PipeDeathTests.Unread_messages_and_waiting_senders_are_of_no_consequence_when_the_receiver_dies)));
        Unlike("`Listener(address, family, backlog=1, authkey)`", "the type of the `EndPoint` is the family; the backlog is 128", "one who does not accept at once refuses nobody",
            By<ConnectionEdgeTests>(nameof(ConnectionEdgeTests.Clients_wait_until_they_are_accepted_and_a_cancelled_accept_loses_none)));
        Unlike("`Client` to a listener on Windows tries again for 20 s while it is busy", "on Unix-domain sockets too while the backlog is full, until `HandshakeTimeout`", "a busy listener is no error",
            By<ConnectionEdgeTests>(nameof(ConnectionEdgeTests.Clients_wait_until_they_are_accepted_and_a_cancelled_accept_loses_none)));
        Unlike("`Listener.last_accepted`", "`Connection.RemoteAddress`", "with several threads that accept, only the connection knows whose it is");
        Unlike("`Listener.address` is an `AttributeError` after `close`", "`Address` stays", "where it was is worth knowing in a log",
            By<ConnectionListenerTests>(nameof(ConnectionListenerTests.A_closed_listener_says_so_and_leaves_accepted_connections_alone)));
        Unlike("`fileno`", "`WaitAny`, and asynchronous forms of everything", "the end of a pipe has no descriptor",
            By<WaitAnyTests>(nameof(WaitAnyTests.Pipes_sockets_queues_and_processes_are_waited_for_together)));
    }
}
