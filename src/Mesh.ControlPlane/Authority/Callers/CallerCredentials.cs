using Mesh.ControlPlane.Access;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>What a call brings along to prove who makes it.</summary>
/// <param name="Bearer">The token of the <c>authorization</c> header; null when there is none.</param>
/// <param name="Peer">Who the client certificate of the connection is; null when it showed none.</param>
internal sealed record CallerCredentials(string? Bearer, StreamPeer? Peer)
{
    private const string Scheme = "Bearer ";
    private const int MaxLength = 16 * 1024;

    public static CallerCredentials Of(HttpContext context) => new(BearerOf(context.Request.Headers.Authorization), context.Features.Get<StreamPeer>());

    /// <summary>Several values, or another scheme, are no token: it must be clear which one counts.</summary>
    private static string? BearerOf(Microsoft.Extensions.Primitives.StringValues values) =>
        values.Count == 1 && values[0] is { Length: <= MaxLength } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
}
