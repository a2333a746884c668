namespace Mesh.Config.Objects.Ownership;

/// <summary>Who writes, in which version and through which subresource.</summary>
/// <param name="Manager">The field manager, such as <c>kubectl</c>.</param>
/// <param name="ApiVersion">Group and version of the request, such as <c>networking.istio.io/v1</c>.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
internal sealed record FieldOperation(string Manager, string ApiVersion, string Subresource = "")
{
    public const string Status = "status";
}
