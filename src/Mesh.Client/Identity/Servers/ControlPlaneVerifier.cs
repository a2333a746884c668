using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity.Servers;

/// <summary>Decides whether a server is the mesh's control plane: by the bundle once it is held, by configured roots, or at first by the pin in the token.</summary>
internal sealed class ControlPlaneVerifier(IWorkloadIdentity identity, ControlPlaneCredentials credentials, TimeProvider time)
{
    private const string ControlPlaneNamespace = "istio-system";
    private const string ControlPlaneAccount = "istiod";
    private const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";

    private readonly string _controlPlane = SpiffeId.Of(credentials.TrustDomain, ControlPlaneNamespace, ControlPlaneAccount).ToString();

    /// <param name="leaf">What the server has proved to hold the key of.</param>
    /// <param name="presented">What it sent along.</param>
    /// <param name="host">Where it was asked for.</param>
    /// <param name="token">As it is now; null when there is none.</param>
    /// <returns>Why it is not believed; null when it is.</returns>
    public string? Refuse(X509Certificate2? leaf, X509Certificate2Collection? presented, string host, string? token)
    {
        if (leaf is null)
        {
            return "it shows no certificate";
        }

        return RefuseName(leaf, host) ?? RefuseChain(leaf, presented, token);
    }

    /// <summary>A valid certificate of any workload would do without this: then any of them could play the control plane.</summary>
    private string? RefuseName(X509Certificate2 leaf, string host)
    {
        var names = SubjectAltNames.Read(leaf, out var error);
        if (error is not null)
        {
            return $"its names cannot be believed: {error}";
        }

        return names.Any(name => (name.Kind == SubjectAltNameKind.Uri && name.Value == _controlPlane) || name.IsFor(host))
            ? null
            : $"expected a certificate for '{_controlPlane}' or '{host}', got one for {(names.IsEmpty ? "no name" : string.Join(", ", names.Take(8).Select(name => $"'{name.Value}'")))}";
    }

    private string? RefuseChain(X509Certificate2 leaf, X509Certificate2Collection? presented, string? token)
    {
        var now = time.GetUtcNow();
        var reasons = new List<string>();
        if (credentials.RootCertificates is { } file)
        {
            reasons.Add(RefuseByFile(file, leaf, presented, now) ?? "");
        }

        if (identity.Bundles.Own is { } bundle)
        {
            reasons.Add(RefuseByBundle(bundle, leaf, presented, now) ?? "");
        }

        // A pin is for the first contact, and for one who comes back too late and is given a new token.
        if (identity.Current is null && token is not null && TokenText.TryParse(token, out var text) && !text.Pins.IsEmpty)
        {
            reasons.Add(PinnedRoot.Refuse(leaf, presented, text.IsPinned, now) ?? "");
        }

        return reasons.Count == 0 ? RefuseBySystem(leaf, presented, now)
            : reasons.Contains("") ? null
            : string.Join("; ", reasons);
    }

    private string? RefuseByFile(string file, X509Certificate2 leaf, X509Certificate2Collection? presented, DateTimeOffset now)
    {
        try
        {
            return RefuseByBundle(TrustBundle.Parse(credentials.TrustDomain, File.ReadAllText(file)), leaf, presented, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"Mesh:Identity:RootCertificates cannot be read: {exception.Message}";
        }
    }

    private static string? RefuseByBundle(TrustBundle bundle, X509Certificate2 leaf, X509Certificate2Collection? presented, DateTimeOffset now)
    {
        if (leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usages
            && !usages.EnhancedKeyUsages.Cast<Oid>().Any(usage => usage.Value == ServerAuthOid))
        {
            return "its certificate is not for servers";
        }

        using var chain = new SvidChain(leaf, presented, bundle, now);
        return chain.Check()?.Detail;
    }

    /// <summary>Nothing says otherwise: a certificate of a public authority.</summary>
    private static string? RefuseBySystem(X509Certificate2 leaf, X509Certificate2Collection? presented, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = SvidTls.CreateChainPolicy();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.System;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthOid));
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented);
        }

        return chain.Build(leaf) ? null
            : $"{string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}: give this process a token with a pin, or Mesh:Identity:RootCertificates";
    }
}
