using System.Collections.Immutable;
using Mesh.Client.Model;
using Microsoft.Extensions.Configuration;

namespace Mesh.Client.Fallback.Declared;

/// <summary>The endpoints that the application's own configuration declares: <c>Mesh:Fallback:Services</c> before <c>Services</c> (Microsoft.Extensions.ServiceDiscovery, Aspire).</summary>
/// <param name="own">By host.</param>
/// <param name="configuration">Read at every question, so that a reload is followed; null when the application has none.</param>
internal sealed class DeclaredServices(IReadOnlyDictionary<string, ImmutableArray<EndpointAddress>> own, IConfiguration? configuration)
{
    private const string Section = "Services";

    public static DeclaredServices Empty { get; } = new(ImmutableDictionary<string, ImmutableArray<EndpointAddress>>.Empty, null);

    /// <summary>In the order they are declared in; empty when none are.</summary>
    public ImmutableArray<EndpointAddress> Find(string host)
    {
        // The name in full and, in a cluster's own domain, its first label: configuration is written with either.
        var label = host.Contains(".svc", StringComparison.OrdinalIgnoreCase) ? host[..host.IndexOf('.', StringComparison.Ordinal)] : null;
        return FindExact(host) is { IsEmpty: false } exact ? exact
            : label is not null ? FindExact(label)
            : [];
    }

    private ImmutableArray<EndpointAddress> FindExact(string host) =>
        own.TryGetValue(host, out var declared) && !declared.IsEmpty ? declared : Discovered(host);

    // Services:NAME:ENDPOINT:0 = address; an endpoint called http is the one that plain requests mean, else whatever there is.
    private ImmutableArray<EndpointAddress> Discovered(string host)
    {
        if (configuration?.GetSection($"{Section}:{host}") is not { } section || !section.Exists())
        {
            return [];
        }

        var named = section.GetChildren().OrderBy(child => child.Key.Equals("http", StringComparison.OrdinalIgnoreCase) ? 0 : 1).Select(Read);
        return section.Value is { } single && DeclaredEndpoint.Parse(single) is { } address
            ? [address]
            : named.FirstOrDefault(addresses => !addresses.IsEmpty) is { IsDefault: false } found ? found : [];
    }

    private static ImmutableArray<EndpointAddress> Read(IConfigurationSection endpoint) =>
    [
        .. endpoint.GetChildren().Select(child => child.Value).Prepend(endpoint.Value)
            .Select(DeclaredEndpoint.Parse)
            .OfType<EndpointAddress>()
            .Distinct(),
    ];
}
