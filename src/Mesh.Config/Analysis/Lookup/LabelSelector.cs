using System.Collections.Immutable;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Selects by labels that must all be there; without any it selects everything (Kubernetes' <c>SelectorFromSet</c>).</summary>
internal sealed class LabelSelector(IEnumerable<KeyValuePair<string, string>> labels)
{
    /// <summary>In the order of their keys.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; } = [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal)];

    public bool IsEmpty => Labels.IsEmpty;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in Labels)
        {
            if (!labels.TryGetValue(key, out var found) || found != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The line of the first label under a field; 0 when it is not written.</summary>
    public int LineIn(AnalysisResource resource, string path) => IsEmpty ? 0 : resource.LineOf(path, Labels[0].Key);

    /// <summary>As kubectl takes it: <c>app=reviews,version=v1</c>.</summary>
    public override string ToString() => string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"));
}
