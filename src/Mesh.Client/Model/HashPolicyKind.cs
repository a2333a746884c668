namespace Mesh.Client.Model;

/// <summary>What of a request is hashed.</summary>
internal enum HashPolicyKind
{
    Header,
    Cookie,
    QueryParameter,

    /// <summary>The address that the request comes from: this process's own, as for a sidecar.</summary>
    SourceIp,

    /// <summary>The HTTP client that sends it: all its requests go to one endpoint (gRFC A42).</summary>
    Channel,
}
