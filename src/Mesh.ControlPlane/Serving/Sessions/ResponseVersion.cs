using System.Security.Cryptography;
using System.Text;
using Mesh.ControlPlane.Generation;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>Names the whole of what a client holds of a type, equal on every replica and after every restart.</summary>
internal static class ResponseVersion
{
    private const int Bytes = 8;

    public static string Of(IReadOnlyDictionary<string, GeneratedResource> held)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var resource in held.Values.OrderBy(resource => resource.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{resource.Name}\0{resource.Version}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }
}
