using System.IO.Enumeration;

namespace Mesh.Config.Analysis;

/// <summary>Silences one code for the resources whose name matches.</summary>
/// <param name="Code">Such as <c>IST0101</c>.</param>
/// <param name="Pattern">Kind and name, such as <c>Pod my-pod.default</c> or <c>Pod default/*</c>; <c>*</c> stands for any text.</param>
internal sealed record Suppression(string Code, string Pattern)
{
    private const string Annotation = "galley.istio.io/analyze-suppress";

    /// <summary>Reads <c>CODE=Kind name.namespace</c>; null when it is none.</summary>
    public static Suppression? Parse(string text) =>
        text.Split('=') is [{ Length: > 0 } code, { Length: > 0 } pattern] ? new Suppression(code, pattern) : null;

    /// <summary>Whether the resource's own annotation silences the message.</summary>
    public static bool IsAnnotated(AnalysisMessage message) =>
        message.Resource.Annotations.TryGetValue(Annotation, out var codes)
        && codes.Split(',', StringSplitOptions.TrimEntries).Any(code => code == "*" || code == message.Kind.Code);

    public bool Silences(AnalysisMessage message)
    {
        if (message.Kind.Code != Code)
        {
            return false;
        }

        // istioctl's help says name.namespace, its messages say namespace/name: both are meant.
        var resource = message.Resource;
        return Matches(resource.FriendlyName) || Matches($"{resource.Kind.Kind} {resource.Name}.{(resource.Namespace.Length == 0 ? "default" : resource.Namespace)}");
    }

    private bool Matches(string name) => FileSystemName.MatchesSimpleExpression(Pattern.Replace(@"\", @"\\", StringComparison.Ordinal), name, ignoreCase: false);
}
