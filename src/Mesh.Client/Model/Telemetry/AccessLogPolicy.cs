using System.Collections.Immutable;

namespace Mesh.Client.Model.Telemetry;

/// <summary>Which requests are logged, and how (Telemetry <c>accessLogging</c>).</summary>
internal sealed record AccessLogPolicy
{
    public static AccessLogPolicy None { get; } = new();

    /// <summary>Of the calls that this process makes.</summary>
    public ImmutableArray<AccessLog> Client { get; init; } = [];

    /// <summary>Of the requests that it serves.</summary>
    public ImmutableArray<AccessLog> Server { get; init; } = [];
}
