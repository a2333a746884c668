namespace Mesh.Config.Yaml;

/// <summary>A list of values.</summary>
internal sealed class YamlSequence(int line, int column, IReadOnlyList<YamlNode> items) : YamlNode(line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override long Weight { get; } = 1 + items.Sum(item => item.Weight);

    public override int Height { get; } = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max();

    public override string Describe() => "a list";
}
