using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Endpoints that stay in force although the control plane has taken most of them away.</summary>
/// <param name="before">What is in force.</param>
/// <param name="told">What the control plane says.</param>
/// <param name="until">When it is believed, whatever the endpoints say.</param>
internal sealed class HeldShrink(EndpointSet before, EndpointSet told, DateTimeOffset until)
{
    public EndpointSet Before { get; } = before;

    public EndpointSet Told { get; } = told;

    public DateTimeOffset Until { get; set; } = until;

    /// <summary>Those that are to go: not one of their addresses is told any more.</summary>
    public ImmutableArray<Endpoint> Missing { get; } = before.Without(told);
}
