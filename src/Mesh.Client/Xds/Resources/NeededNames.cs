namespace Mesh.Client.Xds.Resources;

/// <summary>The names that the destinations of one moment need, by type.</summary>
internal sealed class NeededNames
{
    public HashSet<string> Listeners { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Routes { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Clusters { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Endpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Certificates and roots of clusters and gateways.</summary>
    public HashSet<string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Host names to resolve, with the time that an answer is good.</summary>
    public Dictionary<string, TimeSpan> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks for a host name; the shortest time of all that ask holds.</summary>
    public void AddHost(string host, TimeSpan refresh) =>
        Hosts[host] = Hosts.TryGetValue(host, out var other) && other < refresh ? other : refresh;

    /// <summary>Makes the tables hold these and no others.</summary>
    public void ApplyTo(ResourceTables tables)
    {
        tables.Listeners.Need(Listeners);
        tables.Routes.Need(Routes);
        tables.Clusters.Need(Clusters);
        tables.Endpoints.Need(Endpoints);
    }
}
