using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>Reads certificates in the forms in which authorities hand them out: PEM, and PKCS#7 (RFC 2315, RFC 5652) as PEM or DER.</summary>
internal static class CertificateBundle
{
    private static readonly string[] PackedLabels = ["PKCS7", "CMS"];
    private static readonly string[] PackedExtensions = [".p7b", ".p7c"];

    /// <summary>The names under which a file may be there.</summary>
    /// <param name="name">Of the PEM file.</param>
    public static IEnumerable<string> NamesOf(string name) => PackedExtensions.Select(extension => Path.ChangeExtension(name, extension)).Prepend(name);

    /// <exception cref="AuthorityException">It holds no certificates.</exception>
    /// <exception cref="StateException">It cannot be read, or others may change it.</exception>
    public static ImmutableArray<X509Certificate2> Read(string path)
    {
        var content = OwnerOnlyFile.Read(path, isSecret: false) ?? [];
        try
        {
            ImmutableArray<X509Certificate2> found = [.. Decode(content)];
            return found.IsEmpty ? throw new AuthorityException($"{path}: expected certificates in PEM or PKCS#7, got none.") : found;
        }
        catch (CryptographicException exception)
        {
            throw new AuthorityException($"{path}: expected certificates in PEM or PKCS#7: {exception.Message}", exception);
        }
    }

    private static X509Certificate2Collection Decode(byte[] content)
    {
        // DER begins with a SEQUENCE; text never does.
        if (content is [0x30, ..])
        {
            return Unpack(content);
        }

        var text = Encoding.UTF8.GetString(content);
        if (PemEncoding.TryFind(text, out var fields) && PackedLabels.Contains(text[fields.Label], StringComparer.Ordinal))
        {
            return Unpack(Convert.FromBase64String(text[fields.Base64Data]));
        }

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates;
    }

    private static X509Certificate2Collection Unpack(byte[] content)
    {
        var packed = new SignedCms();
        packed.Decode(content);
        return packed.Certificates;
    }
}
