namespace Mesh.Client.Model.Telemetry;

/// <summary>How requests are traced (Telemetry <c>tracing</c>), on both sides.</summary>
internal sealed record TracingPolicy
{
    public static TracingPolicy Default { get; } = new();

    /// <summary>Of the calls that this process makes.</summary>
    public TracingSide Client { get; init; } = TracingSide.Default;

    /// <summary>Of the requests that it serves.</summary>
    public TracingSide Server { get; init; } = TracingSide.Default;
}
