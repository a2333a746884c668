namespace Mesh.Client.Model;

/// <summary>What a piece of a header value stands for: Envoy's command operators, as far as a client can answer them.</summary>
internal enum FormatVariable
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>A variable that Envoy knows and a client has no value for, such as the address of its own caller: always empty.</summary>
    Unavailable,

    Protocol,
    RequestHeader,
    RequestHeaderWithoutQuery,
    ResponseHeader,
    StartTime,
    UpstreamAddress,
    UpstreamAddressWithoutPort,
    UpstreamPort,
    UpstreamCluster,
    RouteName,
    ResponseCode,
    ResponseFlags,
    HostName,
    Duration,
    Environment,
    QueryParameter,
    RequestedServerName,
}
