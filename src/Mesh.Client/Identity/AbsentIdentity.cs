using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity;

/// <summary>The identity of a process that was given none.</summary>
internal sealed class AbsentIdentity : IWorkloadIdentity
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public bool IsConfigured => false;

    public WorkloadSvid? Current => null;

    public string? Problem => "this process has no identity in the mesh: give it one (Mesh:Identity)";

    public TrustBundles Bundles => TrustBundles.Empty;
}
