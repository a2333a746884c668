using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity;

/// <summary>The identity of this process, wherever it comes from: the source is known only when the control plane is.</summary>
internal sealed class WorkloadIdentity : IWorkloadIdentity
{
    private readonly Lock _lock = new();

    private volatile IWorkloadIdentity _source = new AbsentIdentity();

    public event Action? Changed;

    public bool IsConfigured => _source.IsConfigured;

    public WorkloadSvid? Current => _source.Current;

    public string? Problem => _source.Problem;

    public TrustBundles Bundles => _source.Bundles;

    /// <summary>From now on the identity is that of another source.</summary>
    public void Follow(IWorkloadIdentity source)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_source, source))
            {
                return;
            }

            _source.Changed -= Tell;
            _source = source;
            _source.Changed += Tell;
        }

        Tell();
    }

    private void Tell() => Changed?.Invoke();
}
