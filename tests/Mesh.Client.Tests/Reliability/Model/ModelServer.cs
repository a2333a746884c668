using Google.Protobuf;
using Mesh.Client.Tests.Xds;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability.Model;

/// <summary>A control plane as plain as can be: what there is, and on each stream the difference to what was told. The reference that a client is compared with.</summary>
internal sealed class ModelServer : IDisposable
{
    public static readonly string[] Types = [XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment];

    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly Dictionary<(string Type, string Name), (string Version, IMessage Message)> _world = [];
    private readonly HashSet<string> _stalled = new(StringComparer.Ordinal);
    private MemoryAdsStream? _stream;
    private TaskCompletionSource _changed = NewSignal();
    private long _version;

    public ModelServer() => Handler = new MemoryAds(ServeAsync, Ended);

    public MemoryAds Handler { get; }

    /// <summary>Completes at the next word of the client.</summary>
    public Task Changed => _changed.Task;

    public void Dispose() => _lock.Dispose();

    public Task PutAsync(string type, string name, IMessage message) => ChangeAsync(() => _world[(type, name)] = ($"v{++_version}", message));

    public Task RemoveAsync(string type, string name) => ChangeAsync(() => _world.Remove((type, name)));

    /// <summary>Says nothing of a type for now.</summary>
    public Task StallAsync(string type) => ChangeAsync(() => _stalled.Add(type));

    public Task ResumeAsync() => ChangeAsync(_stalled.Clear);

    public async Task CutAsync()
    {
        await _lock.WaitAsync();
        try
        {
            if (_stream is { } stream)
            {
                _stream = null;
                await stream.EndAsync();
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Whether the client has been told everything, has answered everything, and wants exactly these.</summary>
    public bool IsInStep(Dictionary<string, HashSet<string>> wanted) =>
        _stream is { Open.Count: 0 } stream
        && Types.All(type => stream.Wanted.GetValueOrDefault(type, []).SetEquals(wanted[type]))
        && Types.All(type => wanted[type].All(name => stream.Told.GetValueOrDefault((type, name)) == VersionOf(type, name)));

    public string Describe() => _stream is null ? "no stream" :
        $"open [{string.Join(',', _stream.Open)}] wanted {string.Join("; ", _stream.Wanted.Select(pair => $"{pair.Key[^12..]}: {string.Join(',', pair.Value.Order())}"))}";

    private string VersionOf(string type, string name) => _world.TryGetValue((type, name), out var known) ? known.Version : "";

    private async Task ChangeAsync(Action change)
    {
        await _lock.WaitAsync();
        try
        {
            change();
            if (_stream is { } stream)
            {
                await TellAsync(stream);
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task ServeAsync(MemoryAdsStream stream, DeltaDiscoveryRequest request)
    {
        await _lock.WaitAsync();
        try
        {
            _stream = stream;
            stream.Open.Remove(request.ResponseNonce);
            var wanted = stream.Wanted.TryGetValue(request.TypeUrl, out var known) ? known : stream.Wanted[request.TypeUrl] = new(StringComparer.Ordinal);
            foreach (var (name, version) in request.InitialResourceVersions)
            {
                stream.Told[(request.TypeUrl, name)] = version;
            }

            foreach (var name in request.ResourceNamesSubscribe)
            {
                wanted.Add(name);
            }

            foreach (var name in request.ResourceNamesUnsubscribe)
            {
                wanted.Remove(name);
                stream.Told.Remove((request.TypeUrl, name));
            }

            await TellAsync(stream);
        }
        finally
        {
            _lock.Release();
            Signal();
        }
    }

    private async Task TellAsync(MemoryAdsStream stream)
    {
        foreach (var type in Types.Where(type => !_stalled.Contains(type) && stream.Wanted.ContainsKey(type)))
        {
            var response = new DeltaDiscoveryResponse { TypeUrl = type };
            foreach (var name in stream.Wanted[type])
            {
                var told = stream.Told.GetValueOrDefault((type, name));
                var now = VersionOf(type, name);
                if (told == now)
                {
                    continue;
                }

                stream.Told[(type, name)] = now;
                if (now.Length == 0)
                {
                    response.RemovedResources.Add(name);
                }
                else
                {
                    response.Resources.Add(new Resource { Name = name, Version = now, Resource_ = AdsResponse.Pack(_world[(type, name)].Message) });
                }
            }

            if (response.Resources.Count + response.RemovedResources.Count > 0)
            {
                await stream.SendAsync(response);
            }
        }
    }

    private void Ended(MemoryAdsStream stream) => Signal();

    private void Signal()
    {
        var changed = Interlocked.Exchange(ref _changed, NewSignal());
        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
