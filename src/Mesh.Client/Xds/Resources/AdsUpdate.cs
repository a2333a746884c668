using System.Collections.Immutable;

namespace Mesh.Client.Xds.Resources;

/// <summary>A response of either form of the protocol.</summary>
internal sealed record AdsUpdate(string TypeUrl, string Nonce, string Version)
{
    public ImmutableArray<ResourceUpdate> Resources { get; init; } = [];

    /// <summary>Names that the server says are gone (delta).</summary>
    public ImmutableArray<string> Removed { get; init; } = [];

    /// <summary>Names that the server has nothing for, and why (gRFC A88).</summary>
    public ImmutableArray<ResourceFault> Faults { get; init; } = [];

    /// <summary>Listeners and clusters that are missing from the response are gone.</summary>
    public bool IsStateOfTheWorld { get; init; }

    /// <summary>Why the resources of the response were not even read; null when they were.</summary>
    public string? Refusal { get; init; }

    /// <summary>ControlPlane.identifier.</summary>
    public string ServerIdentifier { get; init; } = "";
}
