using System.Collections.Immutable;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>Which requests somebody wants to look at.</summary>
internal sealed record TapFilter
{
    /// <summary>Requests that the target serves.</summary>
    public required bool Inbound { get; init; }

    /// <summary>Requests that the target makes.</summary>
    public required bool Outbound { get; init; }

    public string Method { get; init; } = "";

    /// <summary>A path, or the beginning of one with <c>*</c>.</summary>
    public string Path { get; init; } = "";

    public int MinStatus { get; init; }

    public int MaxStatus { get; init; }

    public int? GrpcStatus { get; init; }

    /// <summary>The other side.</summary>
    public string Peer { get; init; } = "";

    public required int MaxPerSecond { get; init; }

    public required ImmutableArray<string> Headers { get; init; }
}
