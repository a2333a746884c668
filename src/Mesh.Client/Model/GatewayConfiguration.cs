using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The ports that this process opens as a gateway, with all that their routes need.</summary>
/// <param name="Ports">Those that are complete.</param>
internal sealed record GatewayConfiguration(ImmutableArray<GatewayPort> Ports)
{
    public static GatewayConfiguration Empty { get; } = new([]);
}
