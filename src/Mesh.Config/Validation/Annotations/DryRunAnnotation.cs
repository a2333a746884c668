using System.Collections.Immutable;

namespace Mesh.Config.Validation.Annotations;

/// <summary>Reads Istio's annotation <c>istio.io/dry-run</c>: the policy is evaluated and reported, and decides nothing.</summary>
internal static class DryRunAnnotation
{
    public const string Name = "istio.io/dry-run";

    /// <summary>Whether an admitted policy only rehearses.</summary>
    public static bool IsSet(ImmutableSortedDictionary<string, string> annotations) =>
        annotations.TryGetValue(Name, out var text) && Parse(text) == true;

    /// <summary>As Go's <c>strconv.ParseBool</c>; null for anything else.</summary>
    public static bool? Parse(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
