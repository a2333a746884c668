using Google.Protobuf;
using Mesh.Config;

namespace Mesh.ControlPlane.Generation;

/// <summary>A resource with its spec in the type that it is known to have.</summary>
internal sealed record ConfigResource<TSpec>(Resource Resource, TSpec Spec)
    where TSpec : class, IMessage
{
    public string Namespace => Resource.Id.Namespace;
}
