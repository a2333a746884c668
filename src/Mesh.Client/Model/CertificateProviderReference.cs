namespace Mesh.Client.Model;

/// <summary>Certificates that the process itself provides, or that its control plane sends as a secret.</summary>
/// <param name="Instance">The entry of certificate_providers.</param>
/// <param name="Certificate">Which of its certificates; plugins with one ignore it.</param>
internal sealed record CertificateProviderReference(string Instance, string Certificate)
{
    /// <summary>istiod's name of the instance that holds a workload's own certificate and the mesh's roots.</summary>
    public const string OwnIdentity = "default";

    /// <summary>The control plane sends it as a secret of this name (SDS); the process itself has no such instance.</summary>
    public bool IsSecret { get; init; }
}
