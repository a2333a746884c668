namespace Mesh.Client.Telemetry;

/// <summary>The names under which the mesh reports to OpenTelemetry.</summary>
internal static class MeshTelemetry
{
    public const string MeterName = "Mesh";
    public const string ActivitySourceName = "Mesh";

    /// <summary>Response header of an answer that the mesh made itself: Envoy's letters for the reason.</summary>
    public const string ResponseFlagsHeader = "x-mesh-response-flags";
}
