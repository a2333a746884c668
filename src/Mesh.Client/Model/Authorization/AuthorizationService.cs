using System.Collections.Immutable;

namespace Mesh.Client.Model.Authorization;

/// <summary>Where an external authorizer is, and how it is spoken to.</summary>
/// <param name="IsGrpc"><c>envoy.service.auth.v3.Authorization/Check</c>; otherwise the request itself is repeated over HTTP.</param>
/// <param name="Host">A host of the mesh, or any name or address.</param>
/// <param name="Port">Its port.</param>
internal sealed record AuthorizationService(bool IsGrpc, string Host, int Port)
{
    /// <summary>Goes before the path of the request.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Headers of the request that are sent besides <c>authorization</c>.</summary>
    public ImmutableArray<StringMatch> RequestHeaders { get; init; } = [];

    /// <summary>Sent with every question; they replace those of the request.</summary>
    public ImmutableArray<KeyValuePair<string, string>> AddedHeaders { get; init; } = [];

    /// <summary>Headers of the answer that the application gets.</summary>
    public ImmutableArray<StringMatch> UpstreamHeaders { get; init; } = [];

    /// <summary>Headers of the answer that the caller gets with a refusal.</summary>
    public ImmutableArray<StringMatch> DenialHeaders { get; init; } = [];

    /// <summary>Headers of the answer that the caller gets with the response of the application.</summary>
    public ImmutableArray<StringMatch> ResponseHeaders { get; init; } = [];
}
