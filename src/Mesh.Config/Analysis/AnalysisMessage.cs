namespace Mesh.Config.Analysis;

/// <summary>One thing that an analyzer says of a resource.</summary>
/// <param name="Kind">What.</param>
/// <param name="Resource">Of which resource.</param>
/// <param name="Text">In words.</param>
/// <param name="Line">Of the field; 0 for the line of the resource.</param>
internal sealed record AnalysisMessage(MessageKind Kind, AnalysisResource Resource, string Text, int Line)
{
    /// <summary>The resource in people's words, such as <c>VirtualService default/reviews</c>.</summary>
    public string Origin => Resource.FriendlyName;

    /// <summary>File and line; null when no text is the source.</summary>
    public string? Reference => Resource.Resource.Origin switch
    {
        null or { File: "" } => null,
        { Line: 0 } origin => origin.File,
        // A line says little in a file that programs write (Istio).
        { } origin when origin.File.EndsWith(".json", StringComparison.Ordinal) => origin.File,
        { } origin => (origin with { Line = Line > 0 ? Line : origin.Line, Column = 0 }).ToString(),
    };

    /// <summary>As istioctl prints it.</summary>
    public override string ToString()
    {
        var cluster = Resource.Cluster.Length == 0 ? "" : $" [cluster-{Resource.Cluster}]";
        var place = Reference is { } reference ? $" {reference}" : "";
        return $"{Kind.Level} [{Kind.Code}]{cluster} ({Origin}{place}) {Text}";
    }
}
