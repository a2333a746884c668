using Google.Protobuf;

namespace Mesh.ControlPlane.Generation;

/// <summary>One xDS resource, serialized once for all clients that get it.</summary>
/// <param name="Name">The name the client asked for.</param>
/// <param name="Version">Made from the content, so that equal content has an equal version on every replica and after every restart.</param>
/// <param name="Payload">The serialized resource message, without its <c>Any</c>.</param>
internal sealed record GeneratedResource(string Name, string Version, ByteString Payload)
{
    /// <summary>A load assignment that names no endpoint.</summary>
    public bool IsWithoutEndpoints { get; init; }
}
