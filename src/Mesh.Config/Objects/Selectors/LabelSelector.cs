namespace Mesh.Config.Objects.Selectors;

/// <summary>A label selector as it stands in a query, such as <c>app=reviews,version notin (v1,v2),!canary</c>.</summary>
internal sealed class LabelSelector
{
    private LabelSelector(string text, IReadOnlyList<LabelRequirement> requirements)
    {
        Text = text;
        Requirements = requirements;
    }

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new("", []);

    /// <summary>All must hold.</summary>
    public IReadOnlyList<LabelRequirement> Requirements { get; }

    public bool IsEverything => Requirements.Count == 0;

    private string Text { get; }

    /// <exception cref="SelectorException">Not a selector.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Everything : new LabelSelector(text, new LabelSelectorParser(text).Parse());

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => Text;
}
