using System.Net;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization.Paths;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Engine;

/// <summary>What policies can ask about a request; made on the stack, filled in as it is asked for.</summary>
internal record struct RequestFacts
{
    private PathForms _paths;
    private NetworkAddress? _remote;
    private string? _tokenPrincipal;

    public RequestFacts(string method, string path, IHeaderDictionary headers)
    {
        (Method, Path, Headers) = (method, path, headers);
        Host = Scheme = "";
    }

    public string Method { get; }

    /// <summary>The whole path that the router used, decoded as it decodes.</summary>
    public string Path { get; }

    /// <summary>The part of the path that the router matched, when something was split off before; otherwise null.</summary>
    public string? RoutedPath { get; init; }

    /// <summary>As it was sent; null when it is not known.</summary>
    public string? RawTarget { get; init; }

    public string Query { get; init; } = "";

    public IHeaderDictionary Headers { get; }

    public string Host { get; init; }

    public string Scheme { get; init; }

    public SpiffeId? Peer { get; init; }

    /// <summary>The peer, for the log.</summary>
    public readonly string Caller => Peer?.Uri ?? "a caller without identity";

    public RequestToken? Token { get; init; }

    public string? ServerName { get; init; }

    public int Port { get; init; }

    public IPAddress? Local { get; init; }

    public IPAddress? Source { get; init; }

    /// <summary>The route template of the endpoint; null when the request reached none.</summary>
    public string? RouteTemplate { get; init; }

    public int TrustedHops { get; init; }

    public PathNormalization Normalization { get; init; } = PathNormalization.None;

    /// <summary>Whether the rules that ask refuse requests, so that doubt counts against the request.</summary>
    public bool Refuses { get; set; }

    /// <summary>The more aggressive readings of the path that count besides the router's own.</summary>
    public string[] OtherPaths(bool whenAllowing) => _paths.Others(in this, whenAllowing);

    public NetworkAddress Remote => _remote ??= ForwardedAddress.Find(Headers, TrustedHops) ?? NetworkAddress.Of(Source);

    public string? TokenPrincipal => Token is null ? null : _tokenPrincipal ??= Token.Principal;
}
