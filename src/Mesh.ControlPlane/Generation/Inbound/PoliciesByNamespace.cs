using System.Collections.Immutable;
using Google.Protobuf;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>The policies of one kind by their namespace, the oldest first.</summary>
internal sealed class PoliciesByNamespace<TSpec>(ImmutableDictionary<string, ImmutableArray<ConfigResource<TSpec>>> policies)
    where TSpec : class, IMessage
{
    public ImmutableArray<ConfigResource<TSpec>> Of(string @namespace) => policies.GetValueOrDefault(@namespace, []);
}
