using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Mesh.Config.Yaml;

namespace Mesh.Config.Analysis;

/// <summary>A resource under analysis: of any kind, valid or not, with the places of its fields where a text is its source.</summary>
internal sealed class AnalysisResource
{
    private readonly YamlNode? _node;

    /// <param name="resource">As decoded, however badly.</param>
    /// <param name="ns">As written, which an empty name of the namespace is too.</param>
    /// <param name="findings">What decoding had to say; takes what validation says.</param>
    /// <param name="node">Its text; null when it comes from a store.</param>
    public AnalysisResource(Resource resource, string ns, FindingCollector findings, YamlNode? node)
    {
        _node = node;
        Resource = resource;
        Kind = resource.Kind;
        Namespace = KindNames.IsClusterScoped(Kind) ? "" : ns;
        Findings = findings;
    }

    public Resource Resource { get; }

    public KindName Kind { get; }

    /// <summary>Empty when there is none, or none was written.</summary>
    public string Namespace { get; }

    public string Name => Resource.Id.Name;

    /// <summary>The cluster it comes from; empty for the one at hand.</summary>
    public string Cluster { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels => Resource.Labels;

    public ImmutableSortedDictionary<string, string> Annotations => Resource.Annotations;

    public JsonElement Document => Resource.Document;

    public FindingCollector Findings { get; }

    /// <summary>As Istio writes it: the name, after its namespace where there is one.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";

    /// <summary>As messages name it, such as <c>VirtualService default/reviews</c>.</summary>
    public string FriendlyName => $"{Kind.Kind} {FullName}";

    /// <summary>The namespace that decides whether it is of interest: a Namespace is in its own.</summary>
    public string Home => Kind == KindNames.Namespace ? Name : Namespace;

    /// <summary>The decoded spec; an empty one when there is none.</summary>
    public T Spec<T>()
        where T : class, IMessage, new() => Resource.Spec as T ?? new T();

    /// <summary>The line of a single value; 0 when it is not written, or is not a single value.</summary>
    /// <param name="path">As in <c>spec.http[0].route[1].destination.host</c>.</param>
    /// <param name="key">A last key that may hold dots.</param>
    public int LineOf(string path, string? key = null)
    {
        var node = _node;
        foreach (var range in path.AsSpan().SplitAny('.', '['))
        {
            var part = path.AsSpan(range);
            node = part.EndsWith(']') ? Item(node, part[..^1]) : (node as YamlMapping)?.Find(part.ToString());
        }

        return (key is null ? node : (node as YamlMapping)?.Find(key)) is YamlScalar scalar ? scalar.Line : 0;
    }

    private static YamlNode? Item(YamlNode? node, ReadOnlySpan<char> index) =>
        node is YamlSequence sequence && int.Parse(index, System.Globalization.CultureInfo.InvariantCulture) is var position && position < sequence.Items.Count
            ? sequence.Items[position]
            : null;
}
