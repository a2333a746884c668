using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Takes every change as it comes.</summary>
internal sealed class OpenGuard : IShrinkGuard
{
    public static OpenGuard Instance { get; } = new();

    public EndpointSet Admit(string cluster, EndpointSet told) => told;

    public void Keep(HashSet<string> clusters)
    {
    }
}
