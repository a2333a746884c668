namespace Mesh.Config.Schema;

/// <summary>A named field of an object.</summary>
internal sealed record FieldSchema(string Name, TypeSchema Type)
{
    /// <summary>Meaning, default and unit in plain words; empty when the name says it all.</summary>
    public string Description { get; init; } = "";

    public bool Required { get; init; }

    /// <summary>In the protobuf form of Kubernetes' own types; 0 where the field has none, or stands there in a message of its own.</summary>
    public int Number { get; init; }

    /// <summary>Whether an empty value in the protobuf form was meant (a pointer in Go); others are sent when they were never set, too.</summary>
    public bool IsPointer { get; init; }

    /// <summary>The value that a key field of a list item has when it is absent, as JSON text; null = none.</summary>
    public string? Default { get; init; }

    /// <summary>x-kubernetes-patch-strategy: any of <c>merge</c>, <c>replace</c>, <c>retainKeys</c>.</summary>
    public IReadOnlyList<string> PatchStrategies { get; init; } = [];

    /// <summary>x-kubernetes-patch-merge-key: the field that tells items apart in a strategic merge patch.</summary>
    public string? PatchMergeKey { get; init; }
}
