namespace Mesh.Config.Validation;

/// <summary>A field under validation: where it is, and where findings about it go.</summary>
internal readonly record struct FieldScope(FindingCollector Findings, string Path)
{
    public FieldScope Field(string name) => this with { Path = Path.Length == 0 ? name : $"{Path}.{name}" };

    public FieldScope Item(string name, int index) => this with { Path = $"{Field(name).Path}[{index}]" };

    public FieldScope Entry(string name, string key) => this with { Path = $"{Field(name).Path}[{key}]" };

    /// <summary>Whether the field itself is in the text, be it empty.</summary>
    public bool IsWritten => Findings.IsWritten(Path);

    public void Error(string message) => Findings.Error(Path, message);

    public void Warning(string message, string? code = null) => Findings.Warning(Path, message, code);

    /// <summary>An error unless the condition holds.</summary>
    public void Require(bool condition, string message)
    {
        if (!condition)
        {
            Error(message);
        }
    }

    /// <summary>Calls back for every item of a list field.</summary>
    public void Each<T>(string name, IReadOnlyList<T> items, Action<FieldScope, T> check)
    {
        for (var index = 0; index < items.Count; index++)
        {
            check(Item(name, index), items[index]);
        }
    }
}
