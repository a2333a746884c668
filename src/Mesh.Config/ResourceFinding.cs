namespace Mesh.Config;

/// <summary>One thing to say about a resource: what is wrong, in which field, on which line.</summary>
/// <param name="Severity">Only an error rejects.</param>
/// <param name="Path">The field in Kubernetes' style, such as <c>spec.http[0].route[1].weight</c>; empty for the whole document.</param>
/// <param name="Message">What was expected, what came, what to do.</param>
/// <param name="Origin">Null when the text did not come from a file.</param>
internal sealed record ResourceFinding(FindingSeverity Severity, string Path, string Message, ResourceOrigin? Origin)
{
    /// <summary>The resource in people's words, such as <c>VirtualService default/reviews</c>; empty when it could not be read.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Whether the schema does not have the field: nothing worse is wrong with it.</summary>
    public bool IsUnknownField { get; init; }

    /// <summary>Istio's code of it, such as <c>IST0130</c>, where analysis has one of its own for it; otherwise null.</summary>
    public string? Code { get; init; }

    /// <summary>As compilers print it: <c>file:line:column: error: VirtualService default/reviews: spec.hosts: reason</c>.</summary>
    public override string ToString() =>
        string.Join(": ", new[] { Origin?.ToString(), Word, Subject, Path, Message }.Where(part => !string.IsNullOrEmpty(part)));

    private string Word => Severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        _ => "information",
    };
}
