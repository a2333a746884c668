namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Envoy's long names of response flags (<c>%RESPONSE_FLAGS_LONG%</c>).</summary>
internal static class ResponseFlagNames
{
    /// <summary>Letters that have none stay as they are.</summary>
    public static void Write(string flags, LogText text)
    {
        var isFirst = true;
        foreach (var range in flags.AsSpan().Split(','))
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = false;
            var flag = flags.AsSpan()[range];
            var name = NameOf(flag);
            text.Append(name is null ? flag : name);
        }
    }

    private static string? NameOf(ReadOnlySpan<char> flag) => flag switch
    {
        "NR" => "NoRouteFound",
        "NC" => "NoClusterFound",
        "UH" => "NoHealthyUpstream",
        "UF" => "UpstreamConnectionFailure",
        "UC" => "UpstreamConnectionTermination",
        "UR" => "UpstreamRemoteReset",
        "UO" => "UpstreamOverflow",
        "UT" => "UpstreamRequestTimeout",
        "URX" => "UpstreamRetryLimitExceeded",
        "UPE" => "UpstreamProtocolError",
        "LR" => "LocalReset",
        "RL" => "RateLimited",
        "UAEX" => "UnauthorizedExternalService",
        "DC" => "DownstreamConnectionTermination",
        "DI" => "DelayInjected",
        "FI" => "FaultInjected",
        "DO" => "DropOverload",
        "DT" => "DurationTimeout",
        "OM" => "OverloadManagerTerminated",
        _ => null,
    };
}
