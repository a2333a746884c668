using Mesh.Config;
using Mesh.ControlPlane.Conversion;

namespace Mesh.ControlPlane.Generation.Origins;

/// <summary>Where a rule stands: a root's rules may come from its delegates.</summary>
/// <param name="Resource">The resource that says it.</param>
/// <param name="Index">Its place there, from 0.</param>
/// <param name="IsWhole">Whether it is used as it stands, so that the place of each of its matches is known too.</param>
internal readonly record struct RuleOrigin(ResourceId Resource, int Index, bool IsWhole)
{
    /// <summary>The field of a rule that was converted from another kind of resource; null for a VirtualService's own.</summary>
    public string? Field { get; init; }

    /// <summary>How a converted rule keeps sessions; null for not at all.</summary>
    public RouteSession? Session { get; init; }
}
