using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity.Servers;

/// <summary>The pins in a token of the mesh, <c>mesh_ID.SECRET.PIN[.PIN…]</c>: which roots its control plane may be of.</summary>
internal static class EnrolmentPins
{
    private const string Prefix = "mesh_";

    /// <summary>None for other tokens, such as those of Kubernetes.</summary>
    public static string[] Read(string? token) =>
        token?.StartsWith(Prefix, StringComparison.Ordinal) == true ? [.. token.Split('.').Skip(2).Where(pin => pin.Length > 0)] : [];

    /// <summary>SHA-256 of the SubjectPublicKeyInfo in base64url.</summary>
    public static string Of(X509Certificate2 root) => Base64Url.EncodeToString(SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo()));
}
