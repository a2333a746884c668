namespace Mesh.Server.Authorization.Endpoints;

/// <summary>Metadata of endpoints whose guard was built in when they were mapped.</summary>
internal sealed class GuardedEndpoint
{
    public static GuardedEndpoint Instance { get; } = new();
}
