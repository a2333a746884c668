using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Config;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Generation.Origins;

namespace Mesh.ControlPlane.Generation;

/// <summary>A resource with its spec in the type that it is known to have.</summary>
internal sealed record ConfigResource<TSpec>(Resource Resource, TSpec Spec)
    where TSpec : class, IMessage
{
    public string Namespace => Resource.Id.Namespace;

    /// <summary>Where each HTTP rule stands, when delegates gave some of them; otherwise empty, and every rule stands where it is.</summary>
    public ImmutableArray<RuleOrigin> RuleOrigins { get; init; } = [];

    /// <summary>It is read by the rules of the Gateway API, from which it was converted.</summary>
    public bool HasGatewaySemantics => ConvertedConfig.HasGatewaySemantics(Resource);

    /// <summary>Where an HTTP rule stands.</summary>
    public RuleOrigin OriginOf(int rule) => RuleOrigins.IsEmpty ? new RuleOrigin(Resource.Id, rule, IsWhole: true) : RuleOrigins[rule];
}
