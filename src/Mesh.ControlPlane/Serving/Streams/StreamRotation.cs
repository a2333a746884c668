using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>Ends streams before their time so that clients move on: each at a maximum age, and all of them, one after the other, when this server is to go.</summary>
/// <param name="maxAge">Of a stream, give or take a tenth, so that streams that began together do not end together (as gRPC's MAX_CONNECTION_AGE); infinite for none.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads the ends.</param>
internal sealed class StreamRotation(TimeSpan maxAge, TimeProvider time, Random random)
{
    private const double Jitter = 0.1;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<StreamLease> _open = [];
    private TaskCompletionSource? _drained;

    /// <summary>Whether this server hands its clients over, and takes no new ones.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _drained is not null;
            }
        }
    }

    /// <exception cref="GrpcException">UNAVAILABLE: this server is going.</exception>
    public StreamLease Enter()
    {
        lock (_lock)
        {
            if (_drained is not null)
            {
                throw Leaving();
            }

            var lease = new StreamLease(this, maxAge == Timeout.InfiniteTimeSpan ? maxAge : maxAge * (1 - Jitter + (2 * Jitter * random.NextDouble())), time);
            _open.Add(lease);
            return lease;
        }
    }

    /// <summary>Takes no new streams, ends those that are open spread over a time, and returns when the last has gone.</summary>
    /// <param name="over">The time; zero to end nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task DrainAsync(TimeSpan over, CancellationToken cancellationToken)
    {
        if (over == TimeSpan.Zero)
        {
            return;
        }

        Task drained;
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
            CompleteWhenEmpty();

            // In equal steps and any order: the others are asked by so many a second, not by all at once.
            foreach (var (turn, lease) in _open.OrderBy(_ => random.Next()).Index())
            {
                lease.EndIn(over * ((double)turn / _open.Count));
            }
        }

        await drained.WaitAsync(cancellationToken);
    }

    /// <summary>What a client is told that this server leaves.</summary>
    public static GrpcException Leaving() => new(GrpcStatusCode.Unavailable, "This control plane hands its clients over to others; connect again.");

    internal void Leave(StreamLease lease)
    {
        lock (_lock)
        {
            _open.Remove(lease);
            CompleteWhenEmpty();
        }
    }

    private void CompleteWhenEmpty()
    {
        if (_open.Count == 0)
        {
            _drained?.TrySetResult();
        }
    }
}
