namespace Mesh.Config.Stores;

/// <summary>How much one namespace may put into a store, so that a flood from one tenant leaves room for the others.</summary>
internal sealed record StoreLimits
{
    public const int DefaultObjectsPerNamespace = 10_000;

    /// <summary>Of the order of what etcd takes for one object.</summary>
    public const int DefaultObjectBytes = 1024 * 1024;

    public static StoreLimits Default { get; } = new();

    /// <summary>Resources of all kinds; those that are in no namespace share one count.</summary>
    public int ObjectsPerNamespace { get; init; } = DefaultObjectsPerNamespace;

    /// <summary>UTF-8 bytes of one resource as JSON.</summary>
    public int ObjectBytes { get; init; } = DefaultObjectBytes;
}
