using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Endpoints that stay in force although the control plane has taken most of them away.</summary>
/// <param name="Before">What is in force.</param>
/// <param name="Told">What the control plane says.</param>
/// <param name="Until">When it is believed, whatever the endpoints say.</param>
internal sealed record HeldShrink(EndpointSet Before, EndpointSet Told, DateTimeOffset Until)
{
    /// <summary>Those that are to go: not one of their addresses is told any more.</summary>
    public ImmutableArray<Endpoint> Missing { get; } = Before.Without(Told);
}
