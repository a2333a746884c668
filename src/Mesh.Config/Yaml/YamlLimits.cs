namespace Mesh.Config.Yaml;

/// <summary>How much one text may demand, so that a hostile or broken file cannot exhaust the process.</summary>
internal sealed record YamlLimits
{
    public static YamlLimits Default { get; } = new();

    /// <summary>UTF-16 units of one file.</summary>
    public int FileLength { get; init; } = 8 * 1024 * 1024;

    /// <summary>UTF-16 units of one document; the limit of an object in etcd is of this order.</summary>
    public int DocumentLength { get; init; } = 1024 * 1024;

    public int Documents { get; init; } = 10_000;

    /// <summary>Nested sequences and mappings, aliases followed.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Nodes of one document once every alias is replaced by what it stands for ("billion laughs").</summary>
    public int Nodes { get; init; } = 250_000;
}
