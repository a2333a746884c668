using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>A <see cref="JwtProvider"/> ready for tokens.</summary>
internal sealed class TokenProvider
{
    private readonly TextMatcher? _subjects;

    public TokenProvider(JwtProvider policy)
    {
        Policy = policy;
        _subjects = policy.Subjects is { } subjects ? new TextMatcher(subjects) : null;
        var names = Encoding.UTF8.GetBytes(string.Join('\n', policy.SpaceDelimitedClaims));
        Fingerprint = Convert.ToHexString(SHA256.HashData([.. policy.Keys.Version.Span, .. names]));
    }

    public JwtProvider Policy { get; }

    /// <summary>Of the keys and of what is made of the claims: a token that was verified under the same one need not be verified again.</summary>
    public string Fingerprint { get; }

    public bool Issues(string issuer) => Policy.Issuer.Length == 0 || Policy.Issuer == issuer;

    /// <summary>What changes with time and concerns everything but signature, issuer and audiences.</summary>
    public JwtStatus CheckClaims(JsonWebToken token, DateTimeOffset now)
    {
        var status = token.CheckTime(now, Policy.ClockSkew);
        if (status is not JwtStatus.Ok)
        {
            return status;
        }

        if (_subjects?.Matches(token.Subject) == false)
        {
            return JwtStatus.SubjectNotAllowed;
        }

        if (Policy.RequiresExpiration && token.ExpiresAt is null)
        {
            return JwtStatus.ExpirationMissing;
        }

        return Policy.MaxLifetime is { } limit && token.ExpiresAt - now.ToUnixTimeSeconds() > limit.TotalSeconds
            ? JwtStatus.LifetimeTooLong
            : JwtStatus.Ok;
    }

    /// <summary>Whether a token is meant for one of the audiences: for the provider's own when <paramref name="instead"/> is empty.</summary>
    public bool IsForUs(JsonWebToken token, ImmutableArray<string> instead)
    {
        var audiences = instead.IsEmpty ? Policy.Audiences : instead;
        return audiences.IsEmpty || token.Audiences.Any(audience => audiences.Any(allowed => Audience(allowed).SequenceEqual(Audience(audience))));
    }

    /// <summary>Without scheme and a slash at its end, as Envoy compares them: <c>https://example.com/</c> and <c>http://example.com</c> are one audience.</summary>
    private static ReadOnlySpan<char> Audience(string text)
    {
        var rest = text.AsSpan();
        foreach (var scheme in (ReadOnlySpan<string>)["https://", "http://"])
        {
            if (rest.StartsWith(scheme, StringComparison.Ordinal))
            {
                rest = rest[scheme.Length..];
                break;
            }
        }

        return rest.EndsWith('/') ? rest[..^1] : rest;
    }
}
