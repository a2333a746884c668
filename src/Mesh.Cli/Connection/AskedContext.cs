namespace Mesh.Cli.Connection;

/// <summary>What the command line says of the control plane to ask; null where it says nothing.</summary>
internal sealed record AskedContext
{
    /// <summary>The name of a stored context.</summary>
    public string? Context { get; init; }

    public string? Server { get; init; }

    /// <summary>The text, or <c>@</c> and a file.</summary>
    public string? Token { get; init; }

    /// <summary>The state folder of a control plane on this machine.</summary>
    public string? State { get; init; }

    /// <summary>A file of roots in PEM.</summary>
    public string? Roots { get; init; }
}
