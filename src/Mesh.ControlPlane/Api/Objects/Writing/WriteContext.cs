using System.Text.Json.Nodes;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>One write: who asks, for what, and how.</summary>
internal sealed record WriteContext(ApiCall Call, ObjectPath Path, WriteOptions Options)
{
    /// <summary>What a server-side apply brought; null for other writes.</summary>
    public JsonObject? Applied { get; init; }

    public bool IsStatus => Path.Subresource == "status";

    public static WriteContext Of(ApiCall call, ObjectPath path, string optionsType) => new(call, path, WriteOptions.Of(call, optionsType));
}
