namespace Mesh.Config.Stores;

/// <summary>What happened to one resource at one version; each version has exactly one change.</summary>
/// <param name="Version">Of the configuration after it.</param>
/// <param name="Before">Null when the resource is new.</param>
/// <param name="After">Null when the resource is gone.</param>
internal sealed record ResourceChange(long Version, Resource? Before, Resource? After)
{
    public ResourceId Id => (After ?? Before)!.Id;
}
