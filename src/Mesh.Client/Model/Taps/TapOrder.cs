using System.Collections.Immutable;

namespace Mesh.Client.Model.Taps;

/// <summary>Which requests the control plane wants to be told of, one by one, and for how long.</summary>
internal sealed record TapOrder
{
    public required long Id { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required int MaxPerSecond { get; init; }

    public bool Inbound { get; init; }

    public bool Outbound { get; init; }

    /// <summary>Empty for any.</summary>
    public string Method { get; init; } = "";

    /// <summary>A path, or the beginning of one with <c>*</c> at its end; empty for any.</summary>
    public string Path { get; init; } = "";

    public int MinStatus { get; init; }

    /// <summary>0 for any.</summary>
    public int MaxStatus { get; init; }

    /// <summary>Null for any.</summary>
    public int? GrpcStatus { get; init; }

    /// <summary>A service or workload, also with its namespace; empty for any.</summary>
    public string Peer { get; init; } = "";

    /// <summary>Request headers that may be told, in lower case; those with secrets are not among them.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    public bool Matches(TapEvent exchange) =>
        (exchange.IsInbound ? Inbound : Outbound)
        && (Method.Length == 0 || Method.Equals(exchange.Method, StringComparison.OrdinalIgnoreCase))
        && (Path.Length == 0 || MatchesPath(exchange.Path))
        && (MaxStatus == 0 || (exchange.Status >= MinStatus && exchange.Status <= MaxStatus))
        && (GrpcStatus is null || GrpcStatus == exchange.GrpcStatus)
        && (Peer.Length == 0 || exchange.Peer.IsNamed(Peer));

    private bool MatchesPath(string path) =>
        Path[^1] == '*' ? path.AsSpan().StartsWith(Path.AsSpan()[..^1], StringComparison.Ordinal) : path == Path;
}
