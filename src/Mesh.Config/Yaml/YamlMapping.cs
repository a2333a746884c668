namespace Mesh.Config.Yaml;

/// <summary>Keys and values in the order of the text; a key may stand twice, which is for the reader to judge.</summary>
internal sealed class YamlMapping(int line, int column, IReadOnlyList<YamlEntry> entries) : YamlNode(line, column)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override long Weight { get; } = 1 + entries.Sum(entry => 1 + entry.Value.Weight);

    public override int Height { get; } = 1 + entries.Select(entry => entry.Value.Height).DefaultIfEmpty().Max();

    /// <summary>The first value of a key, or null.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    public override string Describe() => "a mapping";
}
