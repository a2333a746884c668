using Mesh.Config;
using Mesh.Config.Objects.Selectors;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Selection;

/// <summary>Which objects of a kind a request is about.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">Null for all.</param>
/// <param name="Name">Null for all.</param>
/// <param name="Labels">What the caller wants of labels.</param>
/// <param name="Fields">What the caller wants of fields.</param>
internal sealed record ObjectFilter(ResourceKind Kind, string? Namespace, string? Name, LabelSelector Labels, FieldSelector Fields)
{
    private const string NameField = "metadata.name";
    private const string NamespaceField = "metadata.namespace";

    /// <summary>Whether it leaves out objects of its kind and namespace.</summary>
    public bool IsSelective => Name is not null || !Labels.IsEverything || !Fields.IsEverything;

    public static ObjectFilter Of(ApiCall call, ObjectPath path)
    {
        try
        {
            var known = path.Kind.IsBuiltIn
                ? SelectableFields.Of(path.Kind.Group, path.Kind.Kind, namespaced: true)
                : [NameField, NamespaceField];
            return new ObjectFilter(
                path.Kind,
                path.Namespace,
                path.Name,
                LabelSelector.Parse(call.Query("labelSelector")),
                FieldSelector.Parse(call.Query("fieldSelector")).Limit(known));
        }
        catch (SelectorException exception)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    public bool Matches(Resource resource) =>
        (Namespace is null || resource.Id.Namespace == Namespace)
        && (Name is null || resource.Id.Name == Name)
        && Labels.Matches(resource.Labels)
        && (Fields.IsEverything || MatchesFields(resource));

    /// <summary>Whether a resource of any kind fits.</summary>
    public bool Includes(Resource? resource) =>
        resource is not null && resource.Id.Kind == Kind.Kind && resource.Id.Group == Kind.Group && Matches(resource);

    // Name and namespace are the store's to know: a hand-written document may leave the namespace out.
    private bool MatchesFields(Resource resource)
    {
        foreach (var requirement in Fields.Requirements)
        {
            var value = requirement.Field switch
            {
                NameField => resource.Id.Name,
                NamespaceField => resource.Id.Namespace,
                _ => null,
            };
            if (value is not null && (value == requirement.Value) != requirement.Equal)
            {
                return false;
            }
        }

        return Fields.Requirements.All(requirement => requirement.Field is NameField or NamespaceField) || OthersMatch(resource);
    }

    private bool OthersMatch(Resource resource)
    {
        var document = Rendering.ObjectJson.ToNode(resource, resource.ApiVersion);
        return Fields.Matches(System.Text.Json.JsonSerializer.SerializeToElement(document));
    }
}
