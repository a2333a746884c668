using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>Holds the processes that are connected, or were a moment ago; every member may be called from any thread.</summary>
internal sealed class WorkloadRegistry(WorkloadLimits limits, TimeProvider time, ILogger<WorkloadRegistry> logger) : IDisposable
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, WorkloadInstance> _elsewhere = ImmutableDictionary.Create<string, WorkloadInstance>(StringComparer.Ordinal);
    private long _epoch;
    private bool _disposed;

    // Volatile: replaced under _lock, read by anyone.
    private volatile ImmutableSortedDictionary<string, LocalWorkload> _local =
        ImmutableSortedDictionary.Create<string, LocalWorkload>(StringComparer.Ordinal);

    // Volatile: replaced under _lock, read by anyone.
    private volatile ImmutableSortedDictionary<string, WorkloadInstance> _instances =
        ImmutableSortedDictionary.Create<string, WorkloadInstance>(StringComparer.Ordinal);

    /// <summary>Raised after <see cref="Instances"/> was replaced; handlers must return at once.</summary>
    public event Action? Changed;

    /// <summary>Raised after <see cref="Local"/> was replaced; handlers must return at once.</summary>
    public event Action? LocalChanged;

    /// <summary>The processes that are connected to this control plane, by node id.</summary>
    public ImmutableSortedDictionary<string, LocalWorkload> Local => _local;

    /// <summary>All registered processes by node id, those of other control planes of the mesh included.</summary>
    public ImmutableSortedDictionary<string, WorkloadInstance> Instances => _instances;

    /// <summary>Registers a process whose stream has come up; within the grace time of its last stream nothing changes for others.</summary>
    public WorkloadRegistration Connected(WorkloadInstance instance)
    {
        if (WorkloadAdmission.Reject(instance, limits) is { } reason)
        {
            return Rejected(instance, reason);
        }

        WorkloadLease lease;
        bool changed;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_instances.TryGetValue(instance.NodeId, out var held) && WorkloadAdmission.RejectTakeover(held, instance) is { } taken)
            {
                return Rejected(instance, taken);
            }

            if (!_entries.TryGetValue(instance.NodeId, out var entry))
            {
                if (_entries.Count >= limits.MaxInstances)
                {
                    return Rejected(instance, $"The registry holds {limits.MaxInstances} workloads, which is its limit; raise it or stop some workloads.");
                }

                _entries.Add(instance.NodeId, entry = new Entry());
            }

            entry.Expiry?.Dispose();
            entry.Expiry = null;
            entry.Lease = lease = new WorkloadLease(instance.NodeId, ++_epoch);
            entry.ConnectedAt = time.GetUtcNow();
            changed = Replace(instance, entry);
        }

        LocalChanged?.Invoke();
        RaiseIf(changed);
        WorkloadRegistryLog.Connected(logger, instance.NodeId, instance.ServiceName, instance.Namespace, instance.Address);
        return new WorkloadRegistration(lease, null);
    }

    /// <summary>Takes over what a process says of itself now, such as a new state; null when it was taken, else the reason why not.</summary>
    public string? Updated(WorkloadLease lease, WorkloadInstance instance)
    {
        var reason = instance.NodeId != lease.NodeId
            ? $"The stream registered node '{lease.NodeId}' and now says '{instance.NodeId}'; a stream keeps its node id."
            : WorkloadAdmission.Reject(instance, limits);
        if (reason is not null)
        {
            return Rejected(instance, reason).Rejection;
        }

        bool changed;
        lock (_lock)
        {
            // A newer stream of the node speaks for it now; the old one is not wrong, only late.
            changed = Holds(lease) && Replace(instance, _entries[lease.NodeId]);
        }

        LocalChanged?.Invoke();
        RaiseIf(changed);
        return null;
    }

    /// <summary>Starts the grace time of a process whose stream has ended; without effect when a newer stream holds it.</summary>
    public void Disconnected(WorkloadLease lease)
    {
        lock (_lock)
        {
            if (_disposed || !Holds(lease))
            {
                return;
            }

            var entry = _entries[lease.NodeId];
            entry.Expiry?.Dispose();
            entry.Expiry = time.CreateTimer(_ => Expire(lease), null, limits.Grace, Timeout.InfiniteTimeSpan);
        }

        WorkloadRegistryLog.Disconnected(logger, lease.NodeId, limits.Grace);
    }

    /// <summary>Takes over which processes are connected to other control planes; what is connected here is known better here.</summary>
    public void ReplaceElsewhere(ImmutableDictionary<string, WorkloadInstance> instances)
    {
        lock (_lock)
        {
            _elsewhere = instances;
            _instances = _local.Values.Select(local => local.Instance).Concat(instances.Values.Where(instance => !_local.ContainsKey(instance.NodeId)))
                .ToImmutableSortedDictionary(instance => instance.NodeId, instance => instance, StringComparer.Ordinal);
        }

        Changed?.Invoke();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Expiry?.Dispose();
            }
        }
    }

    private void Expire(WorkloadLease lease)
    {
        lock (_lock)
        {
            if (_disposed || !Holds(lease) || _entries[lease.NodeId].Expiry is not { } expiry)
            {
                return;
            }

            expiry.Dispose();
            _entries.Remove(lease.NodeId);
            _local = _local.Remove(lease.NodeId);
            _instances = _elsewhere.TryGetValue(lease.NodeId, out var elsewhere) ? _instances.SetItem(lease.NodeId, elsewhere) : _instances.Remove(lease.NodeId);
        }

        WorkloadRegistryLog.Removed(logger, lease.NodeId);
        LocalChanged?.Invoke();
        Changed?.Invoke();
    }

    private bool Holds(WorkloadLease lease) => _entries.TryGetValue(lease.NodeId, out var entry) && entry.Lease == lease;

    private bool Replace(WorkloadInstance instance, Entry entry)
    {
        _local = _local.SetItem(instance.NodeId, new LocalWorkload(instance, entry.ConnectedAt));
        if (_instances.TryGetValue(instance.NodeId, out var known) && AreEqual(known, instance))
        {
            return false;
        }

        _instances = _instances.SetItem(instance.NodeId, instance);
        return true;
    }

    /// <summary>Whether two say the same.</summary>
    public static bool AreEqual(WorkloadInstance left, WorkloadInstance right) =>
        left.Labels.SequenceEqual(right.Labels)
        && left.Ports.SequenceEqual(right.Ports)
        && left.ServicePorts.SequenceEqual(right.ServicePorts)
        && left.AdditionalAddresses.SequenceEqual(right.AdditionalAddresses)
        && left == right with { Labels = left.Labels, Ports = left.Ports, ServicePorts = left.ServicePorts, AdditionalAddresses = left.AdditionalAddresses };

    private WorkloadRegistration Rejected(WorkloadInstance instance, string reason)
    {
        WorkloadRegistryLog.Rejected(logger, instance.NodeId[..Math.Min(instance.NodeId.Length, limits.MaxTextLength)], reason);
        return new WorkloadRegistration(null, reason);
    }

    private void RaiseIf(bool changed)
    {
        if (changed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Who holds a registration, and the timer that ends it.</summary>
    private sealed class Entry
    {
        public WorkloadLease? Lease { get; set; }

        public DateTimeOffset ConnectedAt { get; set; }

        public ITimer? Expiry { get; set; }
    }
}
