using Google.Protobuf.WellKnownTypes;
using Mesh.Config;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Origins;

/// <summary>Says in a resource which configuration made it, in istiod's form: <c>istio.config = /apis/GROUP/VERSION/namespaces/NAMESPACE/KIND/NAME</c>; <c>istio.rule</c>, our own, names the rule in it.</summary>
/// <remarks>Only for our own clients, which leave it alone: gRPC's get the least that they need.</remarks>
internal static class ConfigMetadata
{
    private const string Filter = "istio";
    private const string ConfigKey = "config";
    private const string RuleKey = "rule";

    /// <param name="known">What is there already; null for nothing.</param>
    /// <param name="source">The resource.</param>
    /// <param name="rule">The field of its spec; null for all of it.</param>
    public static Metadata Add(Metadata? known, ResourceId source, string? rule = null)
    {
        var metadata = known ?? new Metadata();
        if (!metadata.FilterMetadata.TryGetValue(Filter, out var fields))
        {
            metadata.FilterMetadata[Filter] = fields = new Struct();
        }

        fields.Fields[ConfigKey] = Value.ForString(PathOf(source));
        if (rule is not null)
        {
            fields.Fields[RuleKey] = Value.ForString(rule);
        }

        return metadata;
    }

    /// <summary>The stored version, whatever it was written in: changing that alone changes nothing for clients.</summary>
    private static string PathOf(ResourceId source) =>
        $"/apis/{source.Group}/{ResourceKinds.Find(source.Group, source.Kind)?.Versions[0]}/namespaces/{source.Namespace}/{Kebab(source.Kind)}/{source.Name}";

    private static string Kebab(string kind) =>
        string.Concat(kind.Select((letter, index) => char.IsAsciiLetterUpper(letter) ? (index > 0 ? "-" : "") + char.ToLowerInvariant(letter) : $"{letter}"));
}
