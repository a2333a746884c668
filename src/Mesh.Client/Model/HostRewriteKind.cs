namespace Mesh.Client.Model;

/// <summary>Where the new authority of a request comes from.</summary>
internal enum HostRewriteKind
{
    /// <summary>It is given.</summary>
    Literal,

    /// <summary>A request header holds it; without that header the authority stays.</summary>
    Header,

    /// <summary>It is made of the path.</summary>
    PathPattern,

    /// <summary>The host name of the endpoint that is chosen; an endpoint without one leaves the authority as it is.</summary>
    Endpoint,
}
