using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Takes every change as it comes.</summary>
internal sealed class OpenGuard : IShrinkGuard
{
    public static OpenGuard Instance { get; } = new();

    public int Held => 0;

    public EndpointSet Admit(string cluster, EndpointSet told, bool mayShrink) => told;

    public void Keep(HashSet<string> clusters)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
