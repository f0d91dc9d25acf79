using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.HandOver;

/// <summary>The broker against a model that knows only the definition: alive is what can be reached from a hold.</summary>
public sealed class BrokerModelTests
{
    private sealed class Model
    {
        public Dictionary<Guid, KernelHandle> Alive { get; } = [];

        public List<(int Process, Guid Segment)> Holds { get; } = [];

        public List<(Guid Ticket, Guid Segment, Guid Container)> Parked { get; } = [];

        public void Sweep()
        {
            HashSet<Guid> reached = [Guid.Empty, .. Holds.Select(h => h.Segment)];
            while (Parked.Any(p => reached.Contains(p.Container) && reached.Add(p.Segment)))
            {
            }

            Parked.RemoveAll(p => !reached.Contains(p.Container));
            foreach (Guid gone in Alive.Keys.Where(token => !reached.Contains(token)).ToArray())
            {
                Alive.Remove(gone);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_any_sequence_of_steps_and_deaths_just_what_can_be_reached_is_alive(int seed)
    {
        var random = new Random(seed);
        using var broker = new Broker();
        var model = new Model();
        var handles = new List<(Guid Token, KernelHandle Handle)>();
        Holder[] processes = [.. Enumerable.Range(0, 5).Select(_ => new Holder())];
        for (int step = 0; step < 4000; step++)
        {
            int process = random.Next(processes.Length);
            Holder holder = processes[process];
            switch (random.Next(12))
            {
                case 0 or 1 or 2:
                    KernelHandle memory = BrokerTests.NewMemory();
                    Guid token = broker.Deposit(holder, memory);
                    handles.Add((token, memory));
                    model.Alive.Add(token, memory);
                    model.Holds.Add((process, token));
                    break;
                case 3 or 4 or 5 when model.Alive.Count > 0:
                    Guid segment = Any(random, model.Alive.Keys);
                    Guid container = random.Next(20) == 0 ? Guid.Empty : Any(random, model.Alive.Keys);
                    model.Parked.Add((broker.Park(segment, container)!.Value, segment, container));
                    break;
                case 6 or 7 when model.Parked.Count > 0:
                    (Guid ticket, segment, container) = model.Parked[random.Next(model.Parked.Count)];
                    bool take = random.Next(2) == 0;
                    broker.Open(holder, ticket, take, out Guid opened)!.Dispose();
                    Assert.Equal(segment, opened);
                    model.Holds.Add((process, segment));
                    if (take)
                    {
                        model.Parked.Remove((ticket, segment, container));
                    }

                    break;
                case 8 when model.Parked.Count > 0:
                    (ticket, segment, container) = model.Parked[random.Next(model.Parked.Count)];
                    broker.Discard(ticket);
                    model.Parked.Remove((ticket, segment, container));
                    break;
                case 9 or 10 when model.Holds.Count > 0:
                    (int owner, segment) = model.Holds[random.Next(model.Holds.Count)];
                    broker.Release(processes[owner], segment);
                    model.Holds.Remove((owner, segment));
                    break;
                case 11 when random.Next(4) == 0:
                    broker.Drop(holder);
                    processes[process] = new Holder();
                    model.Holds.RemoveAll(h => h.Process == process);
                    break;
            }

            model.Sweep();
            Assert.Equal(new BrokerCounts(model.Alive.Count, model.Holds.Count, model.Parked.Count, 0), broker.Counts);
        }

        foreach ((Guid token, KernelHandle handle) in handles.Where(h => !model.Alive.ContainsKey(h.Token)))
        {
            await BrokerTests.ClosedAsync(handle);
        }

        Assert.All(model.Alive.Values, handle => Assert.False(handle.IsClosed));
    }

    private static Guid Any(Random random, Dictionary<Guid, KernelHandle>.KeyCollection tokens) => tokens.ElementAt(random.Next(tokens.Count));
}
