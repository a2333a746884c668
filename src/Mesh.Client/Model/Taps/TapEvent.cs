using System.Collections.Immutable;

namespace Mesh.Client.Model.Taps;

/// <summary>One request and what came of it, without its bodies, its query and any secret.</summary>
internal sealed record TapEvent
{
    /// <summary>The order that asked for it.</summary>
    public long Order { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    public required bool IsInbound { get; init; }

    public required string Method { get; init; }

    public required string Authority { get; init; }

    /// <summary>Without its query.</summary>
    public required string Path { get; init; }

    /// <summary>Of HTTP; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>-1 when it is not known, and for what is not gRPC.</summary>
    public int GrpcStatus { get; init; } = AttemptOutcome.NoGrpcStatus;

    public TimeSpan Duration { get; init; }

    public string Flags { get; init; } = "";

    /// <summary>The other side.</summary>
    public required TapPeer Peer { get; init; }

    public bool IsMutualTls { get; init; }

    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    public int Attempts { get; init; }

    public string Route { get; init; } = "";

    /// <summary>Those that the order may see.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];
}
