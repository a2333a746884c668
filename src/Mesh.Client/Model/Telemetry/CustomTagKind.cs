namespace Mesh.Client.Model.Telemetry;

/// <summary>Where the value of a tag comes from.</summary>
internal enum CustomTagKind
{
    Literal,
    Environment,
    Header,

    /// <summary>An access log format.</summary>
    Formatter,
}
