using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>What stands behind one chain of a gateway.</summary>
internal sealed record GatewayBackend
{
    /// <summary>The virtual hosts; null where no requests are read.</summary>
    public RouteConfiguration? Routes { get; init; }

    /// <summary>One for each virtual host, in their order.</summary>
    public ImmutableArray<Destination> Hosts { get; init; } = [];

    /// <summary>Where the bytes go unread; null where requests are read.</summary>
    public Destination? Connection { get; init; }

    public bool IsSame(GatewayBackend other) =>
        ReferenceEquals(Routes, other.Routes)
        && ReferenceEquals(Connection, other.Connection)
        && Hosts.AsSpan().SequenceEqual(other.Hosts.AsSpan(), (IEqualityComparer<Destination>)ReferenceEqualityComparer.Instance);
}
