using Google.Protobuf;

namespace Mesh.Config.Validation;

/// <summary>Validates the typed spec of one kind.</summary>
internal abstract class SpecValidator<TSpec>(ResourceKind kind) : IResourceValidator
    where TSpec : class, IMessage<TSpec>
{
    public ResourceKind Kind { get; } = kind;

    public void Validate(Resource resource, FindingCollector findings)
    {
        if (resource.Spec is TSpec spec)
        {
            Validate(new FieldScope(findings, Kind.IsFlat ? "" : "spec"), spec, resource);
        }
    }

    protected abstract void Validate(FieldScope scope, TSpec spec, Resource resource);
}
