using System.Collections.Frozen;

namespace Mesh.ControlPlane.Generation;

/// <summary>The labels of a client's workload, as selectors ask for them.</summary>
internal sealed class ClientLabels
{
    private readonly FrozenSet<string> _pairs;

    /// <param name="joined">The form of <see cref="ClientView.Labels"/>.</param>
    public ClientLabels(string joined) =>
        _pairs = joined.Split(',', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the workload carries every label of a selector; an empty selector asks for nothing.</summary>
    public bool Match(IDictionary<string, string> selector) =>
        selector.Count == 0 || selector.All(label => _pairs.Contains($"{label.Key}={label.Value}"));
}
