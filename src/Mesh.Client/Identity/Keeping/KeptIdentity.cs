using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Keeping;

/// <summary>Keeps the issued certificate, its key and the roots on disk, so that a process that starts while the authority is away is who it was.</summary>
/// <param name="folder">For the owner alone.</param>
/// <param name="name">Of the file.</param>
/// <param name="time">The clock: what has expired is of no use.</param>
/// <param name="logger">Tells what could not be kept or read.</param>
internal sealed class KeptIdentity(OwnerOnlyFolder folder, string name, TimeProvider time, ILogger<KeptIdentity> logger)
{
    private const int MaxLength = 1024 * 1024;

    private string? _written;

    /// <summary>What was kept of this identity; null when there is nothing that can be used.</summary>
    public (WorkloadSvid Svid, TrustBundles Bundles)? Read(SpiffeId expected)
    {
        try
        {
            if (folder.Read(name, MaxLength) is not { } content)
            {
                return null;
            }

            var document = JsonNode.Parse(content)!;
            var context = PemParsing.Identity(Text(document, "certificate"), Text(document, "key"));
            var bundles = new TrustBundles(expected.TrustDomain, document["bundles"]!.AsArray().Select(bundle => TrustBundle.Parse(Text(bundle!, "trustDomain"), Text(bundle!, "roots"))));
            var verdict = SvidVerifier.Verify(context.TargetCertificate, [.. context.IntermediateCertificates], bundles, SvidUsage.Client, time.GetUtcNow());
            if (verdict.IsAccepted && verdict.Id == expected)
            {
                return (new WorkloadSvid(expected, context, context.TargetCertificate.NotBefore, context.TargetCertificate.NotAfter), bundles);
            }

            IdentityLog.KeptIdentityIgnored(logger, folder.PathOf(name), verdict.IsAccepted ? $"it is that of '{verdict.Id}', this process is '{expected}'" : verdict.Detail ?? verdict.Reason!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or CryptographicException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            IdentityLog.KeptIdentityIgnored(logger, folder.PathOf(name), exception.Message);
        }

        return null;
    }

    /// <summary>Keeps what is in use now; what cannot be written is told, and nothing else happens.</summary>
    public void Write(IWorkloadIdentity identity)
    {
        if (identity is not { Current: { } svid, Bundles.All.IsEmpty: false } || Compose(svid, identity.Bundles) is not { } text || text == _written)
        {
            return;
        }

        try
        {
            folder.Write(name, System.Text.Encoding.UTF8.GetBytes(text));
            _written = text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            IdentityLog.IdentityNotKept(logger, folder.PathOf(name), exception.Message);
        }
    }

    private static string? Compose(WorkloadSvid svid, TrustBundles bundles)
    {
        using var key = (AsymmetricAlgorithm?)svid.Leaf.GetECDsaPrivateKey() ?? svid.Leaf.GetRSAPrivateKey();
        if (key is null)
        {
            return null;
        }

        var roots = new JsonArray();
        foreach (var bundle in bundles.All)
        {
            roots.Add((JsonNode)new JsonObject { ["trustDomain"] = bundle.TrustDomain, ["roots"] = string.Join('\n', bundle.Roots.Select(root => root.ExportCertificatePem())) });
        }

        return new JsonObject
        {
            ["certificate"] = string.Join('\n', svid.Context.IntermediateCertificates.Prepend(svid.Leaf).Select(certificate => certificate.ExportCertificatePem())),
            ["key"] = key.ExportPkcs8PrivateKeyPem(),
            ["bundles"] = roots,
        }.ToJsonString();
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
