namespace Mesh.ControlPlane.Api.Objects.Rendering;

/// <summary>What a caller accepts, as Kubernetes negotiates: the first clause that can be served, whatever weight it has.</summary>
/// <param name="Form">The form of objects.</param>
/// <param name="MetaVersion">The version of <c>meta.k8s.io</c> that a table or metadata is told in.</param>
/// <param name="IncludeObject">What a table's rows carry: <c>Metadata</c>, <c>Object</c> or <c>None</c>.</param>
internal sealed record Negotiation(ResponseForm Form, string MetaVersion, string IncludeObject)
{
    private static readonly Negotiation Whole = new(ResponseForm.Object, "v1", "Metadata");

    public static Negotiation Of(HttpRequest request)
    {
        var include = request.Query["includeObject"] is [("Object" or "None" or "Metadata") and var asked] ? asked : "Metadata";
        var clauses = string.Join(',', request.Headers.Accept.AsEnumerable()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var clause in clauses)
        {
            if (Accept(clause) is { } accepted)
            {
                return accepted with { IncludeObject = include };
            }
        }

        return clauses.Length == 0 ? Whole : throw ObjectErrors.NotAcceptable();
    }

    private static Negotiation? Accept(string clause)
    {
        var parts = clause.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0] is not ("application/json" or "application/*" or "*/*"))
        {
            return null;
        }

        var form = Parameter(parts, "as");
        var version = Parameter(parts, "v");
        if (form is null)
        {
            return Whole;
        }

        return (form, Parameter(parts, "g"), version) switch
        {
            ("Table", "meta.k8s.io", "v1" or "v1beta1") => new Negotiation(ResponseForm.Table, version, "Metadata"),
            ("PartialObjectMetadata" or "PartialObjectMetadataList", "meta.k8s.io", "v1" or "v1beta1") => new Negotiation(ResponseForm.Metadata, version, "Metadata"),
            _ => null,
        };
    }

    private static string? Parameter(string[] parts, string name)
    {
        foreach (var part in parts.AsSpan(1))
        {
            if (part.StartsWith(name, StringComparison.Ordinal) && part.Length > name.Length && part[name.Length] == '=')
            {
                return part[(name.Length + 1)..];
            }
        }

        return null;
    }
}
