namespace Mesh.Client.Model;

/// <summary>What a control plane hands out as a secret: a certificate with its key, or roots with revocations; PEM texts.</summary>
/// <param name="Certificates">The chain, or the roots.</param>
/// <param name="Key">Null for roots.</param>
/// <param name="Revocations">Null for none.</param>
internal sealed record TlsSecret(string Certificates, string? Key, string? Revocations)
{
    // A key belongs in no log.
    public override string ToString() => Key is null ? "roots" : "certificate and key";
}
