using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>An identity that a test changes as it likes.</summary>
internal sealed class FakeIdentity(SvidAuthority authority, string account = "productpage") : IWorkloadIdentity
{
    private volatile WorkloadSvid? _current;

    public event Action? Changed;

    public bool IsConfigured => true;

    public WorkloadSvid? Current => _current is { } svid && svid.NotAfter > TimeProvider.System.GetUtcNow() ? svid : null;

    public string? Problem => Current is null ? "the authority cannot be reached" : null;

    public TrustBundles Bundles { get; private set; } = new("cluster.local", [TrustBundle.Parse("cluster.local", authority.RootPem)]);

    /// <summary>Gives the process a new certificate.</summary>
    public FakeIdentity Rotate(SvidAuthority? issuer = null, TimeSpan? lifetime = null)
    {
        var id = SpiffeId.Of("cluster.local", "default", account);
        var context = (issuer ?? authority).IssueContext(id.ToString(), template => template.Lifetime = lifetime ?? template.Lifetime);
        _current = new WorkloadSvid(id, context, context.TargetCertificate.NotBefore, context.TargetCertificate.NotAfter);
        Changed?.Invoke();
        return this;
    }

    /// <summary>Changes whom the process believes.</summary>
    public FakeIdentity Trust(params TrustBundle[] bundles)
    {
        Bundles = new TrustBundles("cluster.local", bundles);
        Changed?.Invoke();
        return this;
    }
}
