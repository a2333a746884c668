namespace Mesh.ControlPlane.Generation;

/// <summary>Makes xDS resources; a pure function of its arguments.</summary>
internal interface IResourceGenerator
{
    /// <summary>The resource, or null when nothing of that name exists for this client.</summary>
    GeneratedResource? Generate(MeshState state, ClientView client, string typeUrl, string name);

    /// <summary>The names that a wildcard subscription gets (listeners and clusters only); otherwise empty.</summary>
    IReadOnlyList<string> NamesOf(MeshState state, ClientView client, string typeUrl);
}
