using System.Collections.Immutable;

namespace Mesh.Client.Model.Telemetry;

/// <summary>An OTLP receiver.</summary>
/// <param name="Authority"><c>host:port</c>.</param>
/// <param name="IsHttp">OTLP over HTTP instead of gRPC.</param>
internal sealed record CollectorReference(string Authority, bool IsHttp)
{
    /// <summary>For HTTP; empty for OTLP's own.</summary>
    public string Path { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public TimeSpan? Timeout { get; init; }
}
