using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>Keeps the endpoints of one service in step with the records of a name.</summary>
internal sealed class DnsReader(DnsSettings settings, HostAddresses addresses, TimeProvider time) : IRegistryReader
{
    /// <summary>A record that may not be kept at all is kept for this long (D11).</summary>
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    private readonly ServiceRecordClient _records = new(settings.Servers, time);

    public async Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        ImmutableArray<ServiceEndpoint>? before = null;
        while (true)
        {
            var (endpoints, refresh) = settings.IsServiceRecord ? await OfRecordsAsync(feed, cancellationToken) : (await OfAddressesAsync(cancellationToken), settings.Refresh);
            if (before is null || !before.Value.SequenceEqual(endpoints))
            {
                before = endpoints;
                feed.Publish(new RegistryAnswer([new ServiceDraft(Service(), endpoints)]));
            }

            feed.Confirm();
            await Task.Delay(refresh, time, cancellationToken);
        }
    }

    private async Task<ImmutableArray<ServiceEndpoint>> OfAddressesAsync(CancellationToken cancellationToken) =>
        [.. (await addresses.OfAsync(settings.Name, cancellationToken)).Select(address => Endpoint(address, settings.Port, weight: 1))];

    private async Task<(ImmutableArray<ServiceEndpoint> Endpoints, TimeSpan Refresh)> OfRecordsAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        var records = await _records.QueryAsync(settings.Name, cancellationToken);

        // RFC 2782: the target "." says that there is no service; of several priorities the lowest is used while it has somebody.
        foreach (var group in records.Where(record => record.Target.Length > 0 && record.Port > 0).GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            var endpoints = ImmutableArray.CreateBuilder<ServiceEndpoint>();
            foreach (var record in group.OrderBy(record => record.Target, StringComparer.Ordinal).ThenBy(record => record.Port))
            {
                try
                {
                    endpoints.AddRange((await addresses.OfAsync(record.Target, cancellationToken)).Select(address => Endpoint(address, record.Port, Math.Max(1u, record.Weight))));
                }
                catch (RegistryFailure failure)
                {
                    RegistryLog.Skipped(feed.Logger, feed.Label.Name, $"the SRV target {record.Target}", failure.Message);
                }
            }

            if (endpoints.Count > 0)
            {
                var life = TimeSpan.FromSeconds(group.Min(record => record.TimeToLive));
                return (endpoints.ToImmutable(), life < ShortestRefresh ? ShortestRefresh : life < settings.Refresh ? life : settings.Refresh);
            }
        }

        throw new RegistryFailure($"{settings.Name} has no SRV record with a target that can be resolved.");
    }

    private Service Service() => new()
    {
        Hostname = settings.Host,
        Namespace = settings.Namespace,
        Name = settings.Host,
        Ports = [new ServicePort(settings.Port, settings.Protocol.ToLowerInvariant(), ProtocolSelection.Parse(settings.Protocol))],
        Resolution = ServiceResolution.Static,
    };

    private ServiceEndpoint Endpoint(string address, int port, uint weight) => new()
    {
        Address = address,
        Port = port,
        ServicePortName = settings.Protocol.ToLowerInvariant(),
        Namespace = settings.Namespace,
        Weight = weight,
    };
}
