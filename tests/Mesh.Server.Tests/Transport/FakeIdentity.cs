using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Server.Tests.Transport;

/// <summary>An identity that changes when a test says so.</summary>
internal sealed class FakeIdentity : IWorkloadIdentity
{
    public event Action? Changed;

    public bool IsConfigured { get; init; } = true;

    public WorkloadSvid? Current { get; private set; }

    public string? Problem => Current is null ? "the test gave no certificate" : null;

    public TrustBundles Bundles { get; private set; } = TrustBundles.Empty;

    public static FakeIdentity Of(SvidAuthority authority, string account = "server")
    {
        var identity = new FakeIdentity();
        identity.Trust(authority);
        identity.Show(authority, account);
        return identity;
    }

    public void Show(SvidAuthority authority, string account)
    {
        var id = SpiffeId.Of("cluster.local", "default", account);
        var context = authority.IssueContext(id.ToString());
        Current = new WorkloadSvid(id, context, context.TargetCertificate.NotBefore, context.TargetCertificate.NotAfter);
        Changed?.Invoke();
    }

    public void Forget()
    {
        Current = null;
        Changed?.Invoke();
    }

    public void Trust(SvidAuthority authority, string? revocationLists = null) =>
        Trust(TrustBundle.Parse("cluster.local", authority.RootPem, revocationLists));

    public void Trust(params TrustBundle[] bundles)
    {
        Bundles = new TrustBundles("cluster.local", bundles);
        Changed?.Invoke();
    }
}
