using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The virtual hosts behind one listener (RDS).</summary>
internal sealed record RouteConfiguration(string Name, ImmutableArray<VirtualHost> VirtualHosts)
{
    /// <summary>The port that a caller writes behind the host makes no difference.</summary>
    public bool IgnoresPort { get; init; }
}
