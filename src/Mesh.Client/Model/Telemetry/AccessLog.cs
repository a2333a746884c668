using System.Text.Json.Nodes;

namespace Mesh.Client.Model.Telemetry;

/// <summary>One access log.</summary>
/// <param name="Provider">Name in the mesh configuration.</param>
internal sealed record AccessLog(string Provider)
{
    /// <summary>Which requests, in CEL; null for all.</summary>
    public string? Filter { get; init; }

    /// <summary>Envoy's format string; null for Istio's default.</summary>
    public string? Text { get; init; }

    /// <summary>Format strings by field, instead of <see cref="Text"/>; null when the log is text.</summary>
    public JsonObject? Json { get; init; }

    /// <summary>Null for the application's own logs.</summary>
    public string? File { get; init; }

    /// <summary>Null unless records go by OTLP.</summary>
    public CollectorReference? Collector { get; init; }

    /// <summary>Of OTLP's records.</summary>
    public string LogName { get; init; } = "";
}
