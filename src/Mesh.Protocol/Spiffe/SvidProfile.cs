using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Checks what a leaf says of itself against the X509-SVID standard (2 to 4).</summary>
internal static class SvidProfile
{
    private const string BasicConstraintsOid = "2.5.29.19";
    private const string KeyUsageOid = "2.5.29.15";
    private const string ExtendedKeyUsageOid = "2.5.29.37";
    private const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";
    private const string AnyUsageOid = "2.5.29.37.0";

    /// <returns>Null when it is in order; <paramref name="id"/> is then who it says it is.</returns>
    public static SvidVerdict? Check(X509Certificate2 leaf, SvidUsage usage, out SpiffeId? id)
    {
        id = null;
        try
        {
            return CheckNames(leaf, out id) ?? CheckNotAuthority(leaf) ?? CheckKeyUsage(leaf) ?? CheckExtendedKeyUsage(leaf, usage);
        }
        catch (CryptographicException exception)
        {
            return SvidVerdict.Refuse(SvidReasons.Chain, $"an extension cannot be read: {exception.Message}");
        }
    }

    private static SvidVerdict? CheckNames(X509Certificate2 leaf, out SpiffeId? id)
    {
        id = null;
        var names = SubjectAltNames.Read(leaf, out var error);
        var uris = names.Where(name => name.Kind == SubjectAltNameKind.Uri).Select(name => name.Value).ToImmutableArray();
        if (uris.Length > 1)
        {
            return SvidVerdict.Refuse(SvidReasons.MultipleUri, $"expected one URI name, got {uris.Length}: {string.Join(", ", uris.Take(4).Select(Shown))}");
        }

        if (error is not null)
        {
            return SvidVerdict.Refuse(SvidReasons.SanEncoding, $"the subject alternative names cannot be believed: {error}");
        }

        if (uris.IsEmpty)
        {
            return SvidVerdict.Refuse(SvidReasons.NoUri, $"expected one URI name, got none among {names.Length} names; a common name is no identity");
        }

        if (!SpiffeId.TryParse(uris[0], out id, out var mistake))
        {
            return SvidVerdict.Refuse(SvidReasons.BadId, $"{Shown(uris[0])}: {mistake}");
        }

        // X509-SVID 2: a name without a path is a trust domain's, which never authenticates.
        return id.Path.Length == 0 ? SvidVerdict.Refuse(SvidReasons.BadId, $"'{id}' names a trust domain, expected a workload") : null;
    }

    private static SvidVerdict? CheckNotAuthority(X509Certificate2 leaf)
    {
        foreach (var extension in All(leaf, BasicConstraintsOid))
        {
            var constraints = new X509BasicConstraintsExtension();
            constraints.CopyFrom(extension);
            if (constraints.CertificateAuthority)
            {
                return SvidVerdict.Refuse(SvidReasons.IsCa, "expected a leaf, got the certificate of an authority (cA is true)");
            }
        }

        return null;
    }

    private static SvidVerdict? CheckKeyUsage(X509Certificate2 leaf)
    {
        var found = All(leaf, KeyUsageOid);
        if (found.Length != 1)
        {
            return SvidVerdict.Refuse(SvidReasons.KeyUsage, $"expected one key usage extension, got {found.Length}");
        }

        if (!found[0].Critical)
        {
            return SvidVerdict.Refuse(SvidReasons.KeyUsage, "expected the key usage to be critical");
        }

        var usage = new X509KeyUsageExtension();
        usage.CopyFrom(found[0]);
        return usage.KeyUsages switch
        {
            var bits when (bits & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0 =>
                SvidVerdict.Refuse(SvidReasons.KeyUsage, $"a leaf must not sign certificates or revocation lists, got {bits}"),
            var bits when (bits & X509KeyUsageFlags.DigitalSignature) == 0 =>
                SvidVerdict.Refuse(SvidReasons.KeyUsage, $"expected DigitalSignature, got {bits}"),
            _ => null,
        };
    }

    private static SvidVerdict? CheckExtendedKeyUsage(X509Certificate2 leaf, SvidUsage usage)
    {
        var found = All(leaf, ExtendedKeyUsageOid);
        if (found.IsEmpty)
        {
            return null;
        }

        var wanted = usage == SvidUsage.Client ? ClientAuthOid : ServerAuthOid;
        var purposes = new X509EnhancedKeyUsageExtension();
        purposes.CopyFrom(found[0]);
        return found.Length == 1 && purposes.EnhancedKeyUsages.Cast<Oid>().Any(purpose => purpose.Value == wanted || purpose.Value == AnyUsageOid)
            ? null
            : SvidVerdict.Refuse(SvidReasons.ExtendedKeyUsage, $"expected one extended key usage with {wanted} ({usage} authentication), got {found.Length} without it");
    }

    private static ImmutableArray<X509Extension> All(X509Certificate2 leaf, string oid) =>
        [.. leaf.Extensions.Where(extension => extension.Oid?.Value == oid)];

    // A stranger's text: bounded, and without what would break a line of a log.
    private static string Shown(string uri) =>
        $"'{string.Concat((uri.Length > 100 ? uri[..100] + "…" : uri).Select(character => char.IsControl(character) ? '?' : character))}'";
}
