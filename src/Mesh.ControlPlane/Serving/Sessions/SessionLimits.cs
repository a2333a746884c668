namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>What one stream may make the server remember.</summary>
internal sealed record SessionLimits
{
    /// <summary>Names over all types together.</summary>
    public int Names { get; init; } = 10_000;

    /// <summary>Characters of one name; DNS names end at 253, and our longest resource name adds a subset and a port.</summary>
    public int NameLength { get; init; } = 512;

    /// <summary>Resource types, the unknown ones too.</summary>
    public int Types { get; init; } = 16;
}
