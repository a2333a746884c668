using System.Diagnostics;
using Mesh.Protocol.Envoy.Endpoint;

namespace Mesh.Benchmarks.Scale;

/// <summary>What all clients together have seen: who is complete, and when each learned of the address that is waited for.</summary>
internal sealed class ScaleWatch(int clients)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<int> _complete = [];
    private readonly HashSet<int> _missing = [];
    private readonly List<double> _delays = [];
    private TaskCompletionSource _allComplete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _allSaw = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _cluster;
    private string? _address;
    private long _start;

    /// <summary>Assignments that came in, of whatever service.</summary>
    public long Assignments { get; private set; }

    /// <summary>Completes when every client has the endpoints of everything it calls.</summary>
    public Task AllCompleteAsync(TimeSpan limit)
    {
        lock (_lock)
        {
            return _allComplete.Task.WaitAsync(limit, TimeProvider.System);
        }
    }

    /// <summary>Nobody is complete any more.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _complete.Clear();
            _allComplete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>From now on the clients in question are waited for until each has seen the address.</summary>
    public void Expect(string cluster, string address, IEnumerable<int> interested)
    {
        lock (_lock)
        {
            (_cluster, _address) = (cluster, address);
            _missing.Clear();
            _missing.UnionWith(interested);
            _delays.Clear();
            _allSaw = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _start = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Milliseconds until each of them saw it, in order.</summary>
    public async Task<double[]> DelaysAsync(TimeSpan limit)
    {
        Task seen;
        lock (_lock)
        {
            seen = _missing.Count == 0 ? Task.CompletedTask : _allSaw.Task;
        }

        await seen.WaitAsync(limit, TimeProvider.System);
        lock (_lock)
        {
            return [.. _delays];
        }
    }

    public void Saw(int client, ClusterLoadAssignment assignment, long arrived)
    {
        lock (_lock)
        {
            Assignments++;
            if (assignment.ClusterName != _cluster || !_missing.Contains(client) || !Has(assignment, _address!))
            {
                return;
            }

            _missing.Remove(client);
            _delays.Add(Stopwatch.GetElapsedTime(_start, arrived).TotalMilliseconds);
            if (_missing.Count == 0)
            {
                _allSaw.TrySetResult();
            }
        }
    }

    public void Completed(int client)
    {
        lock (_lock)
        {
            if (_complete.Add(client) && _complete.Count == clients)
            {
                _allComplete.TrySetResult();
            }
        }
    }

    public void Lost(int client)
    {
        lock (_lock)
        {
            _complete.Remove(client);
        }
    }

    private static bool Has(ClusterLoadAssignment assignment, string address) => assignment.Endpoints
        .SelectMany(locality => locality.LbEndpoints)
        .Any(endpoint => endpoint.Endpoint.Address.SocketAddress.Address == address);
}
