using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>A token of the control plane as people carry it: <c>mesh_ID.SECRET.PIN[.PIN…]</c>, with the roots that its server must be of.</summary>
/// <param name="Id">Names the token; no secret.</param>
/// <param name="Secret">256 random bits in base64url.</param>
/// <param name="Pins">Of the roots at the time of its making; more than one while roots change.</param>
internal sealed record TokenText(string Id, string Secret, ImmutableArray<string> Pins)
{
    public const string Prefix = "mesh_";
    public const int MaxLength = 2048;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether a text is meant to be such a token; it may still be a wrong one.</summary>
    public static bool IsToken(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out TokenText? token)
    {
        token = null;
        if (text.Length > MaxLength || !IsToken(text))
        {
            return false;
        }

        var parts = text[Prefix.Length..].Split('.');
        if (parts.Length < 2 || parts.Any(part => part.Length == 0 || part.AsSpan().ContainsAnyExcept(Characters)))
        {
            return false;
        }

        token = new TokenText(parts[0], parts[1], [.. parts.Skip(2)]);
        return true;
    }

    /// <summary>What pins a root: SHA-256 of its SubjectPublicKeyInfo in base64url (RFC 7469 2.4 has the same hash).</summary>
    public static string PinOf(X509Certificate2 root) => Base64Url.EncodeToString(SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>Whether the token vouches for a root.</summary>
    public bool IsPinned(X509Certificate2 root) => Pins.Contains(PinOf(root), StringComparer.Ordinal);

    /// <summary>The text itself, secret included.</summary>
    public string Reveal() => $"{Prefix}{Id}.{Secret}{string.Concat(Pins.Select(pin => "." + pin))}";

    /// <summary>Without the secret: this is what ends up in a log.</summary>
    public override string ToString() => $"{Prefix}{Id}";
}
