using Mesh.Config;

namespace Mesh.ControlPlane.Conversion;

/// <summary>Where a converted rule was written: the object, and the field of its spec.</summary>
internal readonly record struct RulePlace(ResourceId Resource, string Field);
