namespace Mesh.Config.Schema;

/// <summary>The types of a kind in one version.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Object">The whole object.</param>
/// <param name="List">A list of them.</param>
internal sealed record KindSchema(ResourceKind Kind, string Version, TypeSchema Object, TypeSchema List)
{
    /// <summary>Whether the object has a status that is written on its own.</summary>
    public bool HasStatus => Object.Fields.ContainsKey("status");

    /// <summary>As in <c>apiVersion:</c>.</summary>
    public string GroupVersion => Kind.Group.Length == 0 ? Version : $"{Kind.Group}/{Version}";

    /// <summary>The place of the group and version under the root of an API.</summary>
    public string ApiPath => Kind.Group.Length == 0 ? $"api/{Version}" : $"apis/{Kind.Group}/{Version}";
}
