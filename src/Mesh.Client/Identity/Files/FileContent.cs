using System.Security.Cryptography;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity.Files;

/// <summary>Certificate and roots of files that go together: half-written ones, a key of another certificate or another mesh's roots make none.</summary>
internal sealed record FileContent(WorkloadSvid? Svid, TrustBundles Bundles)
{
    public static FileContent None { get; } = new(null, TrustBundles.Empty);

    /// <param name="texts">Certificate, key, and roots or map.</param>
    /// <param name="isMap">Whether the last is a trust bundle map.</param>
    /// <param name="now">The time that counts.</param>
    /// <exception cref="CryptographicException">They cannot be used together.</exception>
    /// <exception cref="ArgumentException">Certificate and key do not belong together.</exception>
    public static FileContent Parse(string[] texts, bool isMap, DateTimeOffset now)
    {
        var context = PemParsing.Identity(texts[0], texts[1]);
        var leaf = context.TargetCertificate;
        if (SvidProfile.Check(leaf, SvidUsage.Client, out var id) is { } refusal)
        {
            throw new CryptographicException($"the certificate is no SVID ({refusal.Reason}): {refusal.Detail}.");
        }

        var bundles = new TrustBundles(id!.TrustDomain, isMap ? SpiffeBundleMap.Parse(texts[2]) : [TrustBundle.Parse(id.TrustDomain, texts[2])]);
        foreach (var usage in (ReadOnlySpan<SvidUsage>)[SvidUsage.Client, SvidUsage.Server])
        {
            var verdict = SvidVerifier.Verify(leaf, [.. context.IntermediateCertificates], bundles, usage, now);
            if (!verdict.IsAccepted)
            {
                throw new CryptographicException($"peers would refuse the certificate ({verdict.Reason}): {verdict.Detail}.");
            }
        }

        return new FileContent(new WorkloadSvid(id, context, leaf.NotBefore, leaf.NotAfter), bundles);
    }
}
