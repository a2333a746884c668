using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.ControlPlane.Registries.Dns;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Sources;
using Microsoft.Extensions.Primitives;

namespace Mesh.ControlPlane.Registries.Services;

/// <summary>Reads the section <c>Services</c> of the configuration, as Microsoft.Extensions.ServiceDiscovery and Aspire write it, and again whenever the configuration changes.</summary>
internal sealed class ServicesReader(IConfiguration configuration, ServicesSettings settings, HostAddresses addresses, TimeProvider time) : IRegistryReader
{
    public const string SectionName = "Services";

    // Host names are kept by the answer before when they cannot be resolved; of the loop alone.
    private readonly Dictionary<string, ImmutableArray<string>> _known = new(StringComparer.OrdinalIgnoreCase);

    public async Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var reloads = ChangeToken.OnChange(configuration.GetReloadToken, () => signals.Writer.TryWrite(true));
        using var timer = time.CreateTimer(_ => signals.Writer.TryWrite(true), null, settings.Refresh, settings.Refresh);
        var before = "";
        do
        {
            var listed = Read(feed, isFirst: before.Length == 0);
            var drafts = new List<ServiceDraft>();
            foreach (var (name, endpoints) in listed)
            {
                drafts.Add(await DraftAsync(feed, name, endpoints, cancellationToken));
            }

            var now = string.Join('\n', drafts.Select(draft => $"{draft.Service.Hostname} {string.Join(',', draft.Service.Ports)} {string.Join(',', draft.Endpoints)}")) + "\n";
            if (now != before)
            {
                before = now;
                feed.Publish(new RegistryAnswer([.. drafts]));
            }
        }
        while (await signals.Reader.ReadAsync(cancellationToken));
    }

    private List<(string Name, List<ListedEndpoint> Endpoints)> Read(RegistryFeed feed, bool isFirst)
    {
        var services = new List<(string, List<ListedEndpoint>)>();
        foreach (var service in configuration.GetSection(SectionName).GetChildren().OrderBy(child => child.Key, StringComparer.OrdinalIgnoreCase))
        {
            var endpoints = new List<ListedEndpoint>();
            foreach (var (key, path, value) in Values(service))
            {
                if (ListedEndpoint.Parse(key, value, out var reason) is { } endpoint)
                {
                    endpoints.Add(endpoint);
                }
                else if (isFirst)
                {
                    RegistryLog.Skipped(feed.Logger, feed.Label.Name, path, reason);
                }
            }

            if (endpoints.Count > 0)
            {
                services.Add((service.Key.ToLowerInvariant(), endpoints));
            }
        }

        return services;
    }

    /// <summary><c>NAME = value</c>, <c>NAME:0 = value</c>, <c>NAME:SCHEME = value</c> and <c>NAME:SCHEME:0 = value</c>; a scheme may be the name of an endpoint too.</summary>
    private static IEnumerable<(string Key, string Path, string Value)> Values(IConfigurationSection service)
    {
        if (service.Value is { Length: > 0 } only)
        {
            yield return ("", service.Path, only);
        }

        foreach (var child in service.GetChildren())
        {
            var key = int.TryParse(child.Key, out _) ? "" : child.Key;
            if (child.Value is { Length: > 0 } value)
            {
                yield return (key, child.Path, value);
            }

            foreach (var item in child.GetChildren().Where(item => item.Value is { Length: > 0 }))
            {
                yield return (key, item.Path, item.Value!);
            }
        }
    }

    private async Task<ServiceDraft> DraftAsync(RegistryFeed feed, string name, List<ListedEndpoint> listed, CancellationToken cancellationToken)
    {
        var endpoints = ImmutableArray.CreateBuilder<ServiceEndpoint>();
        foreach (var one in listed)
        {
            foreach (var address in await AddressesOfAsync(feed, one.Host, cancellationToken))
            {
                endpoints.Add(new ServiceEndpoint { Address = address, Port = one.Port, ServicePortName = one.PortName, Namespace = settings.Namespace });
            }
        }

        var service = new Service
        {
            Hostname = $"{name}.{settings.Namespace}.svc.{settings.ClusterDomain}",
            Namespace = settings.Namespace,
            Name = name,
            Ports = PortsOf(listed),
            Resolution = ServiceResolution.Static,
        };
        return new ServiceDraft(service, [.. endpoints.Distinct()]);
    }

    /// <summary>The port of the scheme that callers write, and the endpoints' own where all of a name have the same: <c>http://basket/</c> and <c>http://basket:5301/</c>.</summary>
    private static ImmutableArray<ServicePort> PortsOf(List<ListedEndpoint> listed)
    {
        var ports = new List<ServicePort>();
        foreach (var group in listed.GroupBy(one => one.PortName, StringComparer.Ordinal))
        {
            var protocol = ProtocolSelection.Parse(group.First().Scheme);
            var own = group.Select(one => one.Port).Distinct().ToArray();
            if (ListedEndpoint.SchemePort(group.Key) is { } standard)
            {
                ports.Add(new ServicePort(standard, group.Key, protocol));
            }

            if (own.Length == 1)
            {
                ports.Add(new ServicePort(own[0], group.Key, protocol));
            }
        }

        return [.. ports.DistinctBy(port => port.Number)];
    }

    private async Task<ImmutableArray<string>> AddressesOfAsync(RegistryFeed feed, string host, CancellationToken cancellationToken)
    {
        try
        {
            return _known[host] = await addresses.OfAsync(host, cancellationToken);
        }
        catch (RegistryFailure failure) when (_known.ContainsKey(host))
        {
            RegistryLog.Skipped(feed.Logger, feed.Label.Name, host, $"{failure.Message} Its last addresses stand.");
            return _known[host];
        }
        catch (RegistryFailure failure)
        {
            RegistryLog.Skipped(feed.Logger, feed.Label.Name, host, failure.Message);
            return [];
        }
    }
}
