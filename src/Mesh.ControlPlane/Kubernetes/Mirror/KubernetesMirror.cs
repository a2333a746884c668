using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Kubernetes.Connection;
using Mesh.ControlPlane.Kubernetes.Watching;

namespace Mesh.ControlPlane.Kubernetes.Mirror;

/// <summary>Holds the objects of an API server in memory, and follows them: one reader a kind, one history for all.</summary>
/// <remarks>Readers take turns under one lock; those who read take the history's volatile snapshot. Without the server that snapshot stays.</remarks>
internal sealed class KubernetesMirror : IObjectSink, IAsyncDisposable
{
    private readonly KubernetesClient _client;
    private readonly ImmutableArray<WatchedKind> _kinds;
    private readonly MirrorDecoder _decoder;
    private readonly ILogger _logger;
    private readonly ImmutableArray<KindReader> _readers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<WatchedKind> _answered = [];
    private readonly Dictionary<WatchedKind, string> _absent = [];
    private readonly Dictionary<WatchedKind, string> _failing = [];
    private Dictionary<ResourceId, (Resource Resource, string Version)>? _first = [];
    private Task _loops = Task.CompletedTask;

    private volatile string? _failure;

    public KubernetesMirror(KubernetesClient client, ImmutableArray<WatchedKind> kinds, bool keepsOwners, TimeProvider time, Random random, ILogger logger)
    {
        (_client, _kinds, _logger) = (client, kinds, logger);
        _decoder = new MirrorDecoder(client.Server, keepsOwners, logger);
        _readers = [.. kinds.Select(kind => new KindReader(kind, client, this, new WatchPace(time, random), logger))];
    }

    /// <summary>Raised after the configuration or <see cref="Failure"/> was replaced; handlers must return at once.</summary>
    public event Action? Changed;

    public ConfigHistory History { get; } = new();

    public ObjectVersions Versions { get; } = new();

    /// <summary>Completes when every kind was read, or is known to be absent.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Why the server cannot be followed; null while it can.</summary>
    public string? Failure => _failure;

    /// <summary>Kinds that the server does not know, or does not let us read, with the reason.</summary>
    public ImmutableArray<string> Absent
    {
        get
        {
            lock (_lock)
            {
                return [.. _absent.Select(kind => $"{kind.Key.Kind.QualifiedPlural} ({kind.Value})").Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Whether the kind can be written there: it is followed, and known to the server.</summary>
    public bool Has(ResourceKind kind)
    {
        lock (_lock)
        {
            return _kinds.Any(watched => watched.Kind == kind && !_absent.ContainsKey(watched));
        }
    }

    /// <summary>Whether an object is here, and to be seen by readers, that is at least as new as a version of the server's.</summary>
    public bool Shows(ResourceId id, string version)
    {
        // A version is noted a moment before the object is to be seen.
        lock (_lock)
        {
            return Versions.IsAtLeast(id, version);
        }
    }

    public void Start()
    {
        lock (_lock)
        {
            if (_loops.IsCompleted)
            {
                _loops = Task.WhenAll(_readers.Select(reader => Task.Run(() => reader.RunAsync(_stopping.Token))));
            }
        }
    }

    public void Replace(WatchedKind kind, string apiVersion, IReadOnlyList<JsonElement> objects)
    {
        var decoded = new List<(ResourceId Id, Resource? Resource, string Version)>(objects.Count);
        foreach (var item in objects)
        {
            var (id, version) = (MirrorDecoder.IdOf(kind, item), MirrorDecoder.VersionOf(item));
            decoded.Add((id, Versions.Of(id) == version && version.Length > 0 ? History.Current.Resources.GetValueOrDefault(id) : _decoder.Decode(kind, apiVersion, item), version));
        }

        lock (_lock)
        {
            _answered.Add(kind);
            _absent.Remove(kind);
            Take(kind, decoded);
            FinishLoad();
        }

        Changed?.Invoke();
    }

    public void Put(WatchedKind kind, string apiVersion, JsonElement item)
    {
        var (id, version) = (MirrorDecoder.IdOf(kind, item), MirrorDecoder.VersionOf(item));
        var resource = _decoder.Decode(kind, apiVersion, item);
        lock (_lock)
        {
            if (resource is null)
            {
                Drop(id, version);
            }
            else if (_first is { } first)
            {
                first[id] = (resource, version);
            }
            else
            {
                Write(resource, version);
            }
        }

        Changed?.Invoke();
    }

    public void Remove(WatchedKind kind, JsonElement item)
    {
        lock (_lock)
        {
            Drop(MirrorDecoder.IdOf(kind, item), MirrorDecoder.VersionOf(item));
        }

        Changed?.Invoke();
    }

    public bool Lack(WatchedKind kind, string reason)
    {
        lock (_lock)
        {
            // Objects that are there do not go away because a right was taken, or a server is in the middle of an upgrade.
            if (History.Current.Resources.Values.Any(resource => resource.Kind == kind.Kind))
            {
                return false;
            }

            _absent[kind] = reason;
            _answered.Add(kind);
            FinishLoad();
        }

        Report(kind, null);
        return true;
    }

    public void Report(WatchedKind kind, string? failure)
    {
        bool isNews;
        lock (_lock)
        {
            isNews = failure is null ? _failing.Remove(kind) : _failing.TryAdd(kind, failure);
            if (isNews)
            {
                _failure = _failing.Count == 0 ? null : _failing.First().Value;
            }
        }

        if (!isNews)
        {
            return;
        }

        if (failure is null)
        {
            KubernetesLog.Fresh(_logger, kind.Kind.QualifiedPlural, _client.Server);
        }
        else
        {
            KubernetesLog.Stale(_logger, kind.Kind.QualifiedPlural, _client.Server, failure);
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
        _loaded.TrySetCanceled();
        _client.Dispose();
        _stopping.Dispose();
    }

    // Nobody is shown half a cluster: until every kind was read it is gathered aside.
    private void FinishLoad()
    {
        if (_first is not { } first || _answered.Count < _kinds.Length)
        {
            return;
        }

        _first = null;
        var (version, resources) = (0L, ImmutableDictionary.CreateBuilder<ResourceId, Resource>());
        foreach (var (resource, serverVersion) in first.Values.OrderBy(entry => ObjectVersions.NumberOf(entry.Version)).ThenBy(entry => entry.Resource.Id.ToString(), StringComparer.Ordinal))
        {
            version = Math.Max(version, ObjectVersions.NumberOf(serverVersion));
            resources[resource.Id] = resource with { ResourceVersion = version };
            Versions.Set(resource.Id, serverVersion);
        }

        History.Reset(new ConfigSnapshot(version, resources.ToImmutable()));
        KubernetesLog.Loaded(_logger, first.Count, _kinds.Length - _absent.Count, _client.Server);
        if (_absent.Count > 0)
        {
            KubernetesLog.Absent(_logger, _client.Server, string.Join(", ", Absent));
        }

        _loaded.TrySetResult();
    }

    private void Take(WatchedKind kind, List<(ResourceId Id, Resource? Resource, string Version)> listed)
    {
        if (_first is { } first)
        {
            foreach (var gone in first.Keys.Where(id => id.Kind == kind.Kind.Kind && id.Group == kind.Kind.Group).ToArray())
            {
                first.Remove(gone);
            }

            foreach (var (id, resource, version) in listed.Where(entry => entry.Resource is not null))
            {
                first[id] = (resource!, version);
            }

            return;
        }

        var there = listed.Where(entry => entry.Resource is not null).Select(entry => entry.Id).ToHashSet();
        foreach (var gone in History.Current.Resources.Values.Where(resource => resource.Kind == kind.Kind && !there.Contains(resource.Id)).ToArray())
        {
            Drop(gone.Id, "");
        }

        foreach (var (_, resource, version) in listed.Where(entry => entry.Resource is not null && Versions.Of(entry.Id) != entry.Version).OrderBy(entry => ObjectVersions.NumberOf(entry.Version)))
        {
            Write(resource!, version);
        }
    }

    private void Write(Resource resource, string serverVersion)
    {
        // A watch that begins again may tell what is known.
        if (Versions.Of(resource.Id) == serverVersion)
        {
            return;
        }

        Versions.Set(resource.Id, serverVersion);
        Append(new ResourceChange(ObjectVersions.Next(History.Current.Version, serverVersion), History.Current.Resources.GetValueOrDefault(resource.Id), resource));
    }

    private void Drop(ResourceId id, string serverVersion)
    {
        if (_first is { } first)
        {
            first.Remove(id);
            return;
        }

        Versions.Remove(id);
        if (History.Current.Resources.TryGetValue(id, out var before))
        {
            Append(new ResourceChange(ObjectVersions.Next(History.Current.Version, serverVersion), before, null));
        }
    }

    private void Append(ResourceChange change) => History.Append([change]);
}
