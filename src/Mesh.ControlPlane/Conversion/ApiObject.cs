using Google.Protobuf;
using Mesh.Config;

namespace Mesh.ControlPlane.Conversion;

/// <summary>An object of the Gateway API with its spec in the type that it is known to have.</summary>
internal sealed record ApiObject<TSpec>(Resource Resource, TSpec Spec)
    where TSpec : class, IMessage
{
    public string Namespace => Resource.Id.Namespace;

    public string Name => Resource.Id.Name;
}
