using System.Net.Security;
using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Client.Tests.Reliability;

/// <summary>An account of a test's own authority.</summary>
internal sealed class FixedIdentity : IWorkloadIdentity
{
    public FixedIdentity(SvidAuthority authority, string account)
    {
        var id = SpiffeId.Of("cluster.local", "default", account);
        var leaf = authority.Issue(id.ToString());
        Current = new WorkloadSvid(id, SslStreamCertificateContext.Create(leaf, authority.Intermediates, offline: true), leaf.NotBefore, leaf.NotAfter);
        Bundles = new TrustBundles("cluster.local", [TrustBundle.Parse("cluster.local", authority.RootPem)]);
    }

    public event Action? Changed
    {
        add { }
        remove { }
    }

    public bool IsConfigured => true;

    public WorkloadSvid? Current { get; }

    public string? Problem => null;

    public TrustBundles Bundles { get; }
}
