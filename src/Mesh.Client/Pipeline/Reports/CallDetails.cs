using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Envoy's words for where an answer comes from (<c>RESPONSE_CODE_DETAILS</c>).</summary>
internal static class CallDetails
{
    public const string ViaUpstream = "via_upstream";
    public const string DirectResponse = "direct_response";
    public const string ConnectionTermination = "upstream_reset_before_response_started{connection_termination}";
    public const string DownstreamDisconnect = "downstream_remote_disconnect";

    /// <summary>Of an answer that the mesh made itself.</summary>
    public static string Of(LocalFailure failure) => failure.Flags.AsSpan()[..EndOfFirst(failure.Flags)] switch
    {
        ResponseFlags.NoRoute => "route_not_found",
        ResponseFlags.NoCluster => "cluster_not_found",
        ResponseFlags.NoHealthyUpstream => "no_healthy_upstream",
        ResponseFlags.UpstreamOverflow => "upstream_reset_before_response_started{overflow}",
        ResponseFlags.UpstreamConnectionFailure => "upstream_reset_before_response_started{connection_failure}",
        ResponseFlags.UpstreamConnectionTermination => ConnectionTermination,
        ResponseFlags.UpstreamRemoteReset => "upstream_reset_before_response_started{remote_reset}",
        ResponseFlags.UpstreamProtocolError => "upstream_reset_before_response_started{protocol_error}",
        ResponseFlags.UpstreamRequestTimeout => "response_timeout",
        ResponseFlags.DropOverload => "drop_overload",
        ResponseFlags.FaultInjected => "fault_filter_abort",
        ResponseFlags.DelayInjected => failure.Flags.EndsWith(ResponseFlags.FaultInjected, StringComparison.Ordinal) ? "fault_filter_abort" : ViaUpstream,
        _ => DirectResponse,
    };

    private static int EndOfFirst(string flags) => flags.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma ? comma : flags.Length;
}
