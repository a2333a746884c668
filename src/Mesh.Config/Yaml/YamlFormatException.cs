namespace Mesh.Config.Yaml;

/// <summary>The text is not YAML, or asks for more than the limits give.</summary>
internal sealed class YamlFormatException(int line, int column, string message) : FormatException(message)
{
    /// <summary>Counts from 1; 0 when unknown.</summary>
    public int Line { get; } = line;

    public int Column { get; } = column;
}
