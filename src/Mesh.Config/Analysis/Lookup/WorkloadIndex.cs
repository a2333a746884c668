using System.Collections.Immutable;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Finds pods by their labels without looking at all of them.</summary>
internal sealed class WorkloadIndex
{
    private readonly ImmutableArray<AnalysisResource> _pods;
    private readonly ILookup<string, AnalysisResource> _byNamespace;
    private readonly Dictionary<(string Key, string Value), List<AnalysisResource>> _byLabel = [];

    public WorkloadIndex(ImmutableArray<AnalysisResource> pods)
    {
        _pods = pods;
        _byNamespace = pods.ToLookup(pod => pod.Namespace, StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            foreach (var (key, value) in pod.Labels)
            {
                if (!_byLabel.TryGetValue((key, value), out var list))
                {
                    _byLabel[(key, value)] = list = [];
                }

                list.Add(pod);
            }
        }
    }

    /// <summary>The pods of all namespaces that are selected, in their order.</summary>
    public IEnumerable<AnalysisResource> Select(LabelSelector selector) =>
        selector.IsEmpty ? _pods : Rarest(selector).Where(pod => selector.Matches(pod.Labels));

    /// <summary>The pods of one namespace that are selected.</summary>
    public IEnumerable<AnalysisResource> Select(LabelSelector selector, string ns) =>
        selector.IsEmpty ? _byNamespace[ns] : Rarest(selector).Where(pod => pod.Namespace == ns && selector.Matches(pod.Labels));

    /// <summary>The pods with the label that the fewest have: no other can match.</summary>
    private IReadOnlyList<AnalysisResource> Rarest(LabelSelector selector)
    {
        IReadOnlyList<AnalysisResource>? rarest = null;
        foreach (var (key, value) in selector.Labels)
        {
            if (!_byLabel.TryGetValue((key, value), out var pods))
            {
                return [];
            }

            rarest = rarest is null || pods.Count < rarest.Count ? pods : rarest;
        }

        return rarest!;
    }
}
