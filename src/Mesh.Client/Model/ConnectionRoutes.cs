using System.Collections.Immutable;
using System.Net;

namespace Mesh.Client.Model;

/// <summary>Where the raw connections to one authority go (the filter chains of its listener).</summary>
internal sealed record ConnectionRoutes
{
    /// <summary>The one with the most exact match is taken, whatever its place.</summary>
    public ImmutableArray<ConnectionRoute> Routes { get; init; } = [];

    /// <summary>For connections that no other route matches; null refuses them.</summary>
    public TcpRoute? Default { get; init; }

    /// <summary>The virtual address of the service, which is what its clients would dial outside the mesh; null when it has none.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Every route, the default included.</summary>
    public IEnumerable<TcpRoute> All => Routes.Select(route => route.Route).Concat(Default is { } route ? [route] : []);
}
