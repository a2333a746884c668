using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Server.Gateway;

/// <summary>Counts what a gateway turns away before any route or policy is asked; costs a comparison while nobody listens.</summary>
internal sealed class GatewayMeter(IMeterFactory? meters)
{
    public const string Name = "mesh.gateway.refused";

    /// <summary>Two lengths, or a length and chunks (RFC 9112 6.3).</summary>
    public const string AmbiguousLength = "ambiguous_length";

    /// <summary>A transfer coding besides <c>chunked</c>, or chunks of chunks (RFC 9112 6.1).</summary>
    public const string TransferCoding = "transfer_coding";

    /// <summary>No server of the port is for the connection.</summary>
    public const string NoServer = "no_server";

    /// <summary>The ClientHello breaks the rules of TLS.</summary>
    public const string MalformedTls = "malformed_tls";

    /// <summary>Neither a request nor a ClientHello arrived in time.</summary>
    public const string SlowStart = "slow_start";

    /// <summary>More connections than <c>Mesh:Gateway:MaxConnections</c>.</summary>
    public const string TooManyConnections = "too_many_connections";

    /// <summary>The target of the request can be no route's.</summary>
    public const string BadTarget = "bad_target";

    /// <summary>A connection most of whose requests were taken back at once (CVE-2023-44487).</summary>
    public const string PrematureResets = "premature_resets";

    private readonly Counter<long>? _refused = meters?.Create(MeshTelemetry.MeterName).CreateCounter<long>(
        Name, "{refusal}", "Connections and requests that a gateway turned away before any route or policy was asked.");

    /// <param name="port">As the Gateway resource says it.</param>
    /// <param name="reason">One of a few.</param>
    public void Count(int port, string reason)
    {
        if (_refused is { Enabled: true })
        {
            _refused.Add(1, new("port", port), new KeyValuePair<string, object?>("reason", reason));
        }
    }
}
