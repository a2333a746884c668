using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Believes a control plane by the key of its root alone, before anything else of it is known: one short text is then enough to enrol.</summary>
internal static class PinnedRoot
{
    private const int MaxPresented = 10;

    /// <summary>
    /// A certificate with name and key of a root that TLS servers really send: .NET leaves the self-signed end of its own chain out.
    /// Only its key says anything, as it is what a pin names; its issuer exists nowhere.
    /// </summary>
    public static X509Certificate2 CreateCarrier(X509Certificate2 root)
    {
        using var nobody = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(root.SubjectName, root.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
        {
            request.CertificateExtensions.Add(identifier);
        }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        return request.Create(
            new X500DistinguishedName("CN=the key of a root to be pinned"), X509SignatureGenerator.CreateForECDsa(nobody), root.NotBefore, root.NotAfter, serial);
    }

    /// <param name="leaf">What the server has proved to hold the key of.</param>
    /// <param name="presented">What it sent along.</param>
    /// <param name="isPinned">Whether the key of an authority is the one that was told.</param>
    /// <param name="now">The time that counts.</param>
    /// <returns>Why the server is not believed; null when a valid path leads from it to a pinned key.</returns>
    public static string? Refuse(X509Certificate2? leaf, X509Certificate2Collection? presented, Func<X509Certificate2, bool> isPinned, DateTimeOffset now)
    {
        if (leaf is null || presented is { Count: > MaxPresented })
        {
            return $"expected a certificate and at most {MaxPresented} of its authorities, got {(leaf is null ? "none" : presented!.Count)}";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy = SvidTls.CreateChainPolicy();
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented);
        }

        chain.Build(leaf);

        // That nobody vouches for the last one is expected: the pin does. Every signature, time and constraint below must be right.
        const X509ChainStatusFlags Expected = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;
        var faults = chain.ChainStatus.Where(status => (status.Status & ~Expected) != 0).Select(status => status.StatusInformation.Trim()).ToArray();
        if (faults.Length > 0)
        {
            return $"the chain of the server is not valid: {string.Join(", ", faults)}";
        }

        var authorities = chain.ChainElements.Skip(1).Select(element => element.Certificate).ToArray();
        if (chain.ChainElements.Select((element, index) => CertificateStrength.Refuse(element.Certificate, index == 0 || index < authorities.Length))
            .FirstOrDefault(weakness => weakness is not null) is { } weak)
        {
            return weak;
        }

        return authorities.Any(isPinned)
            ? null
            : $"none of the {authorities.Length} authorities that the server shows ({string.Join(", ", authorities.Select(authority => authority.Subject))}) has the pinned key: "
            + "another control plane answers at this address, or its root has changed since the token was made; make a new token";
    }
}
