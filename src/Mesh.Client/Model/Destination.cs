using System.Collections.Frozen;

namespace Mesh.Client.Model;

/// <summary>What the control plane says of one authority: complete, so that a request never meets half a configuration (gRFC A74).</summary>
internal sealed record Destination
{
    public required Authority Authority { get; init; }

    public required DestinationStatus Status { get; init; }

    /// <summary>For requests. This or <see cref="Connections"/> or both are set when <see cref="Status"/> is <see cref="DestinationStatus.Routed"/>.</summary>
    public VirtualHost? VirtualHost { get; init; }

    /// <summary>For raw connections; where <see cref="VirtualHost"/> is null, requests are carried unopened by these too.</summary>
    public ConnectionRoutes? Connections { get; init; }

    /// <summary>Every cluster that a route of the two names, by xDS cluster name.</summary>
    public FrozenDictionary<string, Cluster> Clusters { get; init; } = FrozenDictionary<string, Cluster>.Empty;

    /// <summary>Where all of this comes from.</summary>
    public DestinationSource Source { get; init; }

    /// <summary>When <see cref="Status"/> is <see cref="DestinationStatus.Unknown"/>: nothing may be sent there but over TLS, since nobody said that plaintext is allowed.</summary>
    public bool RefusesPlaintext { get; init; }

    /// <summary>Why the destination cannot be used, or why an older configuration is still in force; for people.</summary>
    public string? Reason { get; init; }
}
