using System.Collections.Frozen;

namespace Mesh.Client.Model;

/// <summary>What the control plane says of the requests that this process receives, by the port they come in at; of a port that is missing it has said nothing.</summary>
internal sealed record InboundConfiguration(FrozenDictionary<int, InboundPort> Ports)
{
    public static InboundConfiguration Empty { get; } = new(FrozenDictionary<int, InboundPort>.Empty);

    /// <summary>The ports that the control plane is asked about; null before the process has said where it listens.</summary>
    public FrozenSet<int>? Watched { get; init; }
}
