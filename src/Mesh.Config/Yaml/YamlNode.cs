namespace Mesh.Config.Yaml;

/// <summary>A value in a YAML or JSON text, with its place; aliases are already replaced by the node they stand for.</summary>
/// <param name="line">Counts from 1 in the whole file.</param>
/// <param name="column">Counts from 1.</param>
internal abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>Nodes in this tree with every alias expanded.</summary>
    public virtual long Weight => 1;

    /// <summary>Levels of nesting in this tree.</summary>
    public virtual int Height => 0;

    /// <summary>What it is, for error texts.</summary>
    public abstract string Describe();
}
