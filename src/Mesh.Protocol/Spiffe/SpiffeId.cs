using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Protocol.Spiffe;

/// <summary>The name of a workload (SPIFFE-ID standard 2), such as <c>spiffe://cluster.local/ns/default/sa/reviews</c>.</summary>
internal sealed record SpiffeId
{
    public const string Scheme = "spiffe://";
    public const int MaxLength = 2048;

    private const int MaxTrustDomainLength = 255;

    private static readonly SearchValues<char> TrustDomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/");

    private SpiffeId(string trustDomain, string path)
    {
        (TrustDomain, Path, Uri) = (trustDomain, path, Scheme + trustDomain + path);
        if (path.Split('/') is ["", "ns", { Length: > 0 } name, "sa", { Length: > 0 } account])
        {
            (Namespace, ServiceAccount) = (name, account);
        }
    }

    /// <summary>The whole id; policies compare it on every request.</summary>
    public string Uri { get; }

    public string TrustDomain { get; }

    /// <summary>With its leading slash; empty for the trust domain itself.</summary>
    public string Path { get; }

    /// <summary>Null unless the path is Istio's <c>/ns/NAMESPACE/sa/ACCOUNT</c>.</summary>
    public string? Namespace { get; }

    /// <summary>Null unless the path is Istio's <c>/ns/NAMESPACE/sa/ACCOUNT</c>.</summary>
    public string? ServiceAccount { get; }

    /// <summary>Without the scheme, as Istio's policies write it.</summary>
    public string Principal => TrustDomain + Path;

    /// <exception cref="FormatException">A part holds what the standard does not allow.</exception>
    public static SpiffeId Of(string trustDomain, string @namespace, string serviceAccount) =>
        TryParse($"{Scheme}{trustDomain}/ns/{@namespace}/sa/{serviceAccount}", out var id, out var error) ? id : throw new FormatException(error);

    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? error)
    {
        id = null;
        error = Check(text, out var trustDomain, out var path);
        if (error is null)
        {
            id = new SpiffeId(trustDomain, path);
        }

        return id is not null;
    }

    public override string ToString() => Uri;

    private static string? Check(string text, out string trustDomain, out string path)
    {
        trustDomain = path = "";
        if (text.Length > MaxLength)
        {
            return $"expected at most {MaxLength} bytes, got {text.Length}";
        }

        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return "expected scheme 'spiffe' in lower case";
        }

        var slash = text.IndexOf('/', Scheme.Length);
        trustDomain = slash < 0 ? text[Scheme.Length..] : text[Scheme.Length..slash];
        path = slash < 0 ? "" : text[slash..];
        if (trustDomain.Length is 0 or > MaxTrustDomainLength || trustDomain.AsSpan().ContainsAnyExcept(TrustDomainCharacters))
        {
            return $"expected a trust domain of 1 to {MaxTrustDomainLength} characters a-z, 0-9, '.', '-', '_'";
        }

        if (path.AsSpan().ContainsAnyExcept(PathCharacters))
        {
            return "expected a path of characters a-z, A-Z, 0-9, '.', '-', '_', '/'";
        }

        return path.Length > 0 && path.Split('/').Skip(1).Any(segment => segment is "" or "." or "..")
            ? "expected a path without empty, '.' and '..' segments and without a slash at its end"
            : null;
    }
}
