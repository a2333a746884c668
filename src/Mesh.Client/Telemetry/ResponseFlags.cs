namespace Mesh.Client.Telemetry;

/// <summary>Envoy's letters for why a proxy answered by itself, so that run books carry over.</summary>
internal static class ResponseFlags
{
    public const string None = "-";
    public const string NoRoute = "NR";
    public const string NoCluster = "NC";
    public const string NoHealthyUpstream = "UH";
    public const string UpstreamConnectionFailure = "UF";
    public const string UpstreamConnectionTermination = "UC";
    public const string UpstreamRemoteReset = "UR";
    public const string UpstreamRetryLimitExceeded = "URX";
    public const string UpstreamProtocolError = "UPE";
    public const string UpstreamOverflow = "UO";
    public const string UpstreamRequestTimeout = "UT";
    public const string DownstreamConnectionTermination = "DC";
    public const string DropOverload = "DO";
    public const string DelayInjected = "DI";
    public const string FaultInjected = "FI";
    public const string RateLimited = "RL";
    public const string UnauthorizedExternalService = "UAEX";
    public const string NoRouteFilter = "NFCF";
    public const string DownstreamProtocolError = "DPE";
    public const string UpstreamMaxStreamDuration = "UMSDR";
    public const string OverloadManager = "OM";
    public const string DnsFailure = "DF";
    public const string StreamIdleTimeout = "SI";
}
