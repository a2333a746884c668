using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>One write: who asks, for what, and how.</summary>
internal sealed record WriteContext(ApiCall Call, ObjectPath Path, WriteOptions Options)
{
    public bool IsStatus => Path.Subresource == "status";

    public static WriteContext Of(ApiCall call, ObjectPath path, string optionsType) => new(call, path, WriteOptions.Of(call, optionsType));
}
