namespace Mesh.Config.Analysis;

/// <summary>A kind of resource, whichever version it is written in.</summary>
internal readonly record struct KindName(string Group, string Kind)
{
    public static implicit operator KindName(ResourceKind kind) => new(kind.Group, kind.Kind);
}
