using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>Stores the authorities: each certificate and key in a file of its own, and one document that says which of them count.</summary>
internal sealed class HierarchyStore(IStateStore state, string trustDomain)
{
    public const string DocumentName = "authority.json";

    private const int Version = 1;

    /// <summary>Null when nothing was stored yet.</summary>
    /// <exception cref="StateException">A file cannot be read, or others may read a key.</exception>
    /// <exception cref="AuthorityException">The files do not belong together, or to this trust domain.</exception>
    public Hierarchy? Load()
    {
        if (StateJson.Read<HierarchyDocument>(state, DocumentName) is not { } document)
        {
            return null;
        }

        if (document.TrustDomain != trustDomain)
        {
            throw new AuthorityException(
                $"{state.Locate(DocumentName)} is of trust domain '{document.TrustDomain}', and the control plane is of '{trustDomain}'. Give it the state folder of its trust domain, or the trust domain of its state folder.");
        }

        try
        {
            var roots = document.Roots.Select(LoadRoot).ToImmutableArray();
            Issuer Load(HierarchyDocument.StoredIssuer stored) => LoadIssuer(stored, roots.First(root => root.Name == stored.Root));
            return new Hierarchy(
                roots,
                Load(document.Current),
                [.. document.Retired.Where(stored => roots.Any(root => root.Name == stored.Root)).Select(Load)],
                document.Prepared is { } prepared ? Load(prepared) : null);
        }
        catch (Exception exception) when (exception is CryptographicException or InvalidOperationException or NullReferenceException)
        {
            throw new AuthorityException($"{state.Locate(DocumentName)} and the files it names do not belong together: {exception.Message} Restore the folder from a backup, or start anew (docs/authority.md).", exception);
        }
    }

    /// <summary>Stores all files, and then that they count; files that count no more are deleted.</summary>
    public void Save(Hierarchy hierarchy, Hierarchy? before)
    {
        var knownRoots = before?.Roots.Select(root => root.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var root in hierarchy.Roots.Where(root => !knownRoots.Contains(root.Name)))
        {
            SaveFiles(root.Name, [root.Certificate], root.Key);
        }

        var known = before is null ? [] : Issuers(before).Select(issuer => issuer.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var issuer in Issuers(hierarchy).Where(issuer => !known.Contains(issuer.Name)))
        {
            SaveFiles(issuer.Name, issuer.Chain, issuer.Key);
        }

        StateJson.Write(state, DocumentName, new HierarchyDocument(
            Version,
            trustDomain,
            [.. hierarchy.Roots.Select(root => new HierarchyDocument.StoredRoot(root.Name, root.AddedAt, root.Key is not null))],
            Stored(hierarchy.Current),
            [.. hierarchy.Retired.Select(Stored)],
            hierarchy.Prepared is { } prepared ? Stored(prepared) : null));
        var kept = Issuers(hierarchy).Select(issuer => issuer.Name).Concat(hierarchy.Roots.Select(root => root.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in knownRoots.Concat(known).Where(name => !kept.Contains(name)))
        {
            state.Delete(CertificateName(gone));
            state.Delete(KeyName(gone));
        }
    }

    private static IEnumerable<Issuer> Issuers(Hierarchy hierarchy) =>
        hierarchy.Prepared is { } prepared ? [hierarchy.Current, .. hierarchy.Retired, prepared] : [hierarchy.Current, .. hierarchy.Retired];

    private static HierarchyDocument.StoredIssuer Stored(Issuer issuer) => new(issuer.Name, issuer.Root.Name, issuer.KeptUntil);

    private static string CertificateName(string name) => name + ".crt.pem";

    private static string KeyName(string name) => name + ".key.pem";

    private AuthorityRoot LoadRoot(HierarchyDocument.StoredRoot stored) =>
        new(stored.Name, ReadChain(stored.Name)[0], stored.HasKey ? ReadKey(stored.Name) : null, stored.AddedAt);

    private Issuer LoadIssuer(HierarchyDocument.StoredIssuer stored, AuthorityRoot root)
    {
        var key = ReadKey(stored.Name);
        var chain = ReadChain(stored.Name);
        return key.IsKeyOf(chain[0])
            ? new Issuer(stored.Name, root, chain, key) { KeptUntil = stored.KeptUntil }
            : throw new CryptographicException($"{KeyName(stored.Name)} is not the key of {CertificateName(stored.Name)}.");
    }

    private ImmutableArray<X509Certificate2> ReadChain(string name)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(Encoding.UTF8.GetString(state.Read(CertificateName(name)) ?? throw Missing(CertificateName(name))));
        return chain.Count > 0 ? [.. chain] : throw new CryptographicException($"{CertificateName(name)} holds no certificate.");
    }

    private SigningKey ReadKey(string name)
    {
        var pem = state.ReadSecret(KeyName(name)) ?? throw Missing(KeyName(name));
        try
        {
            return SigningKey.Parse(Encoding.UTF8.GetString(pem));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private CryptographicException Missing(string name) => new($"{state.Locate(name)} is missing.");

    private void SaveFiles(string name, IEnumerable<X509Certificate2> chain, SigningKey? key)
    {
        state.Write(CertificateName(name), Encoding.ASCII.GetBytes(string.Concat(chain.Select(Issuer.ToPem))));
        if (key is not null)
        {
            var pem = Encoding.ASCII.GetBytes(key.ToPem());
            state.Write(KeyName(name), pem);
            CryptographicOperations.ZeroMemory(pem);
        }
    }
}
