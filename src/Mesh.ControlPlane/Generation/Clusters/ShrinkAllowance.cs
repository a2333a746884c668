using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Tells mesh clients of annotation <c>mesh.dev/allow-empty</c> of a DestinationRule: the endpoints of its hosts may all go at once, and nothing is to hold them.</summary>
internal static class ShrinkAllowance
{
    public const string Annotation = "mesh.dev/allow-empty";

    private const string Filter = "mesh";
    private const string Key = "allow_empty";

    public static void Apply(GenerationContext context, Cluster cluster, EffectiveRule rule)
    {
        if (context.IsProxylessGrpc
            || rule.Source is not { } source
            || context.State.Config.Resources.GetValueOrDefault(source)?.Annotations is not { } annotations
            || !annotations.TryGetValue(Annotation, out var text)
            || !bool.TryParse(text, out var allows)
            || !allows)
        {
            return;
        }

        cluster.Metadata ??= new Metadata();
        cluster.Metadata.FilterMetadata[Filter] = new Struct { Fields = { [Key] = Value.ForBool(true) } };
    }
}
