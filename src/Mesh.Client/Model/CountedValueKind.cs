namespace Mesh.Client.Model;

/// <summary>What of a request is counted apart.</summary>
internal enum CountedValueKind
{
    Header,

    /// <summary>SPIFFE id of the peer.</summary>
    Principal,

    /// <summary>Issuer and subject of the verified token.</summary>
    RequestPrincipal,

    /// <summary>Of the verified token.</summary>
    Claim,

    /// <summary>IP address of the peer.</summary>
    RemoteAddress,

    QueryParameter,

    /// <summary>Route template of the endpoint.</summary>
    Route,

    /// <summary>The API consumer whose key the request bears.</summary>
    Consumer,
}
