using System.Collections.Immutable;
using System.Net;

namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>A service whose endpoints are the records of a name.</summary>
internal sealed record DnsSettings
{
    /// <summary>The name that is resolved.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its SRV records tell targets and ports; else its addresses are those of A and AAAA records.</summary>
    public bool IsServiceRecord { get; init; }

    /// <summary>As callers write it.</summary>
    public required string Host { get; init; }

    public required string Namespace { get; init; }

    /// <summary>What callers write, and, without SRV, where the endpoints listen.</summary>
    public required int Port { get; init; }

    /// <summary>As in the port of a ServiceEntry.</summary>
    public string Protocol { get; init; } = "http";

    /// <summary>How often it is resolved; records of SRV may ask for it sooner.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Asked for SRV records; none for those of the machine.</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];
}
