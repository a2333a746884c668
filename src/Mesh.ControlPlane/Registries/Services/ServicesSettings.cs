namespace Mesh.ControlPlane.Registries.Services;

/// <summary>How the services of the configuration are named here.</summary>
/// <param name="Namespace">Of all of them.</param>
/// <param name="ClusterDomain">Ends their hosts.</param>
internal sealed record ServicesSettings(string Namespace, string ClusterDomain)
{
    /// <summary>How often host names are resolved again.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(30);
}
