using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resolution;
using Mesh.Client.Xds.Resources;
using Mesh.Client.Xds.Resources.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Cli.Explanation;

/// <summary>What a client makes of an authority: the data plane's own tables and assemblers, fed with the resources that the control plane makes for that client.</summary>
internal sealed class ClientConfiguration : IAsyncDisposable
{
    /// <summary>The instances that a process of the mesh has (istiod's names).</summary>
    private const string OwnRoots = "ROOTCA";

    private static readonly TimeSpan PatienceForHosts = TimeSpan.FromSeconds(5);

    private readonly IResourceSource _source;
    private readonly ResourceTables _tables = new(() => [CertificateProviderReference.OwnIdentity, OwnRoots], removals: null, NullLogger.Instance);
    private readonly StepQueue _queue = new(TimeProvider.System, NullLogger.Instance);
    private readonly HostTable _hosts;
    private readonly DestinationAssembler _assembler;
    private readonly Task _running;
    private readonly HashSet<(string Type, string Name)> _asked = [];
    private readonly Dictionary<(string Type, string Name), ByteString> _resources = [];
    private readonly List<string> _refusals = [];

    // Replaced on the queue whenever a host was looked up.
    private volatile TaskCompletionSource _hostsChanged = NewSignal();

    public ClientConfiguration(IResourceSource source)
    {
        _source = source;
        _hosts = new HostTable(new BriefHostResolver(), _queue, OnHostsChanged, NullLogger.Instance);
        _assembler = new DestinationAssembler(_tables, _hosts, new InboundAssembler(_tables), new GatewayAssembler(_tables), OpenGuard.Instance);
        _running = _queue.RunAsync();
    }

    /// <summary>What the client would refuse of what it is sent.</summary>
    public IReadOnlyList<string> Refusals => _refusals;

    /// <summary>The bytes of a resource that was needed; null when it is not there.</summary>
    public ByteString? Find(string typeUrl, string name) => _resources.GetValueOrDefault((typeUrl, name));

    /// <summary>The complete answer for an authority.</summary>
    public async Task<Destination> AssembleAsync(Authority authority, CancellationToken cancellationToken)
    {
        var subscription = new AuthoritySubscription(authority, authority.ToString());
        while (true)
        {
            var changed = _hostsChanged.Task;
            await OnQueueAsync(() => _assembler.Update([subscription]));
            if (await FetchMissingAsync(cancellationToken))
            {
                continue;
            }

            if (subscription.Answer is { } answer)
            {
                return answer;
            }

            // All that is asked for is here: what is missing is the address of a host.
            await changed.WaitAsync(PatienceForHosts, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        _queue.Complete();
        await _running;
    }

    /// <summary>Whether there was anything to ask for.</summary>
    private async Task<bool> FetchMissingAsync(CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var table in _tables.All)
        {
            var missing = table.Names.Where(name => _asked.Add((table.TypeUrl, name))).ToArray();
            if (missing.Length == 0)
            {
                continue;
            }

            found = true;
            var updates = await _source.FetchAsync(table.TypeUrl, missing, cancellationToken);
            foreach (var item in updates.Where(item => item.Resource is not null))
            {
                _resources[(table.TypeUrl, item.Name!)] = item.Resource!.Value;
            }

            var update = new AdsUpdate(table.TypeUrl, Nonce: "", Version: "")
            {
                Resources = [.. updates.Where(item => item.Resource is not null)],
                Removed = [.. updates.Where(item => item.Resource is null).Select(item => item.Name!)],
            };
            await OnQueueAsync(() => _refusals.AddRange(table.Apply(update, new DataErrorRules(Drops: false, FollowsRemovals: true))));
        }

        return found;
    }

    private Task OnQueueAsync(Action step)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() =>
        {
            try
            {
                step();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    private void OnHostsChanged()
    {
        var reached = _hostsChanged;
        _hostsChanged = NewSignal();
        reached.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
