using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;

namespace Mesh.Benchmarks.MutualTls;

/// <summary>The identity of the client's process.</summary>
internal sealed class BenchmarkIdentity : IWorkloadIdentity
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public bool IsConfigured => true;

    public WorkloadSvid? Current { get; } = new(
        SpiffeId.Of("cluster.local", "default", "client"),
        BenchmarkCertificates.ClientContext,
        BenchmarkCertificates.ClientContext.TargetCertificate.NotBefore,
        BenchmarkCertificates.ClientContext.TargetCertificate.NotAfter);

    public string? Problem => null;

    public TrustBundles Bundles { get; } = new("cluster.local", [TrustBundle.Parse("cluster.local", BenchmarkCertificates.RootPem)]);
}
