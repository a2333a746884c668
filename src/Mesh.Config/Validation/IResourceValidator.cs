namespace Mesh.Config.Validation;

/// <summary>Knows what a resource of one kind may say beyond its schema.</summary>
internal interface IResourceValidator
{
    ResourceKind Kind { get; }

    /// <summary>Adds everything that is wrong; never stops at the first.</summary>
    void Validate(Resource resource, FindingCollector findings);
}
