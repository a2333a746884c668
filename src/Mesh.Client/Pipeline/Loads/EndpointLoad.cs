using Mesh.Client.Model;
using Mesh.Client.Model.Loads;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Pipeline.Loads;

/// <summary>Counts what one endpoint gets; every member may be called from any thread, and taking loses nothing.</summary>
internal sealed class EndpointLoad(EndpointAddress? address, Locality locality, uint priority)
{
    private const double MicrosecondsPerTick = 1.0 / TimeSpan.TicksPerMicrosecond;

    private readonly int[] _buckets = new int[LatencyBuckets.Count];
    private long _issued;
    private long _successful;
    private long _failed;
    private long _calls;
    private long _errors;
    private long _retries;
    private long _mutualTls;
    private long _grpc;
    private long _duration;

    public void BeginAttempt() => Interlocked.Increment(ref _issued);

    /// <summary>An attempt of a call that goes on elsewhere.</summary>
    public void FailAttempt() => Interlocked.Increment(ref _failed);

    /// <summary>A call has ended here, with its last attempt.</summary>
    public void End(bool isError, int attempts, TimeSpan duration)
    {
        Interlocked.Increment(ref _calls);
        if (isError)
        {
            Interlocked.Increment(ref _errors);
            Interlocked.Increment(ref _failed);
        }
        else
        {
            Interlocked.Increment(ref _successful);
        }

        if (attempts > 1)
        {
            Interlocked.Add(ref _retries, attempts - 1);
        }

        var microseconds = (long)(duration.Ticks * MicrosecondsPerTick);
        Interlocked.Add(ref _duration, microseconds);
        Interlocked.Increment(ref _buckets[LatencyBuckets.IndexOf(microseconds)]);
    }

    public void CountMutualTls() => Interlocked.Increment(ref _mutualTls);

    public void CountGrpc() => Interlocked.Increment(ref _grpc);

    /// <summary>What was counted since the last time; calls that end meanwhile are in this or in the next.</summary>
    public EndpointLoadFigures Take(long inProgress) => new()
    {
        Address = address,
        Locality = locality,
        Priority = priority,
        InProgress = inProgress,
        Issued = Interlocked.Exchange(ref _issued, 0),
        Successful = Interlocked.Exchange(ref _successful, 0),
        Failed = Interlocked.Exchange(ref _failed, 0),
        Calls = Interlocked.Exchange(ref _calls, 0),
        Errors = Interlocked.Exchange(ref _errors, 0),
        Retries = Interlocked.Exchange(ref _retries, 0),
        MutualTls = Interlocked.Exchange(ref _mutualTls, 0),
        Grpc = Interlocked.Exchange(ref _grpc, 0),
        Duration = Interlocked.Exchange(ref _duration, 0),
        Buckets = [.. Enumerable.Range(0, _buckets.Length)
            .Where(index => Volatile.Read(ref _buckets[index]) != 0)
            .Select(index => KeyValuePair.Create(index, (long)Interlocked.Exchange(ref _buckets[index], 0)))],
    };
}
