namespace Mesh.Config;

/// <summary>What makes a resource unique; versions of one kind share it.</summary>
internal readonly record struct ResourceId(string Group, string Kind, string Namespace, string Name)
{
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
