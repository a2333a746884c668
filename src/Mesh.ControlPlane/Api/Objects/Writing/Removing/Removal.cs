using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects.Writing.Removing;

/// <summary>What came of a deletion.</summary>
/// <param name="Resource">As it was last, or as it is now.</param>
/// <param name="IsGone">False while finalizers hold it.</param>
internal sealed record Removal(Resource Resource, bool IsGone);
