using Mesh.Config;

namespace Mesh.ControlPlane.Conversion;

/// <summary>Where a converted rule was written: the object, and the field of its spec.</summary>
internal readonly record struct RulePlace(ResourceId Resource, string Field)
{
    /// <summary>What Istio's resources have no words for; null when its requests may go anywhere.</summary>
    public RouteSession? Session { get; init; }
}
