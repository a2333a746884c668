using System.Collections.Frozen;

namespace Mesh.Client.Model;

/// <summary>What the control plane says of the requests that this process receives, by the port they come in at; a port that is missing has no rules.</summary>
internal sealed record InboundConfiguration(FrozenDictionary<int, RouteConfiguration> Routes)
{
    public static InboundConfiguration Empty { get; } = new(FrozenDictionary<int, RouteConfiguration>.Empty);
}
