using System.Text.Json.Nodes;
using Mesh.Config.Objects.Patches;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>Which places of an object are fields to own: leaves, list items and entries of maps, but not objects with named fields.</summary>
internal static class OwnedFields
{
    private static readonly string[] Identity =
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion"];

    /// <summary>What identifies an object or is the server's; nobody owns it (managedfields.stripSet).</summary>
    private static readonly FieldSet Nobodys = FieldSet.Of(
        true,
        [
            KeyValuePair.Create(PathElement.Field("apiVersion"), FieldSet.Leaf),
            KeyValuePair.Create(PathElement.Field("kind"), FieldSet.Leaf),
            KeyValuePair.Create(
                PathElement.Field("metadata"),
                FieldSet.Of(true, Identity.Select(name => KeyValuePair.Create(PathElement.Field(name), FieldSet.Leaf)))),
        ]);

    /// <summary>The fields of a whole object that a write through the subresource can own.</summary>
    public static FieldSet Of(TypeSchema schema, JsonObject value, string subresource) => Ownable(Visit(schema, value), subresource);

    /// <summary>Every field of a value, those that identify an object included.</summary>
    public static FieldSet Visit(TypeSchema schema, JsonNode? value)
    {
        if (Structure.Fields(schema, value) is { } fields)
        {
            return FieldSet.Of(false, fields.Select(field => KeyValuePair.Create(PathElement.Field(field.Key), VisitField(schema, field.Key, field.Value))));
        }

        if (Structure.Items(schema, value) is { } items)
        {
            return FieldSet.Of(
                false,
                Structure.Identified(schema, items).Select(item => KeyValuePair.Create(item.Key, Visit(schema.Items!, item.Value).AsOwned())));
        }

        return FieldSet.Leaf;
    }

    /// <summary>Takes away what nobody owns, and what a write through this subresource does not change.</summary>
    public static FieldSet Ownable(FieldSet set, string subresource)
    {
        var status = PathElement.Field(FieldOperation.Status);
        var ownable = set.Except(Nobodys);
        return subresource == FieldOperation.Status
            ? FieldSet.Of(false, ownable.Children.Where(child => child.Key == status))
            : ownable.Without(status);
    }

    /// <summary>Adds the named fields on the way to every field, so that an object goes when its last field goes (fieldpath.EnsureNamedFieldsAreMembers).</summary>
    public static FieldSet WithNamedFields(TypeSchema schema, FieldSet set) => FieldSet.Of(
        set.Owned,
        set.Children.Select(child =>
        {
            var below = WithNamedFields(Structure.Child(schema, child.Key), child.Value);
            return KeyValuePair.Create(child.Key, PathElement.FieldName(child.Key) is { } name && schema.Fields.ContainsKey(name) ? below.AsOwned() : below);
        }));

    /// <summary>Refuses lists whose items cannot be told apart: an applied object must say exactly what it owns.</summary>
    /// <exception cref="PatchException">An item lacks a key, or two have the same.</exception>
    public static void Check(TypeSchema schema, JsonNode? value, string path)
    {
        if (Structure.Fields(schema, value) is { } fields)
        {
            foreach (var (name, child) in fields)
            {
                Check(schema.Child(name), child, $"{path}.{name}");
            }
        }
        else if (Structure.Items(schema, value) is { } items)
        {
            CheckItems(schema, items, path);
        }
    }

    private static FieldSet VisitField(TypeSchema schema, string name, JsonNode? value)
    {
        var child = Visit(schema.Child(name), value);
        return value is null or JsonObject { Count: 0 } || !schema.Fields.ContainsKey(name) ? child.AsOwned() : child;
    }

    private static void CheckItems(TypeSchema schema, JsonArray items, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            var place = $"{path}[{index}]";
            var element = PathElement.Item(schema, items[index])
                ?? throw new PatchException(PatchFailure.Malformed, place, schema.ListType == ListType.Set
                    ? $"{place}: an item of a set must be a plain value, found {JsonText.Describe(items[index])}"
                    : $"{place}: the item needs {string.Join(" and ", schema.Keys.Select(key => $"\"{key}\""))}, by which items of the list are told apart");
            if (!seen.Add(element))
            {
                throw new PatchException(PatchFailure.Malformed, place, $"{place}: duplicate entries for key {PathElement.Display([element])}");
            }

            Check(schema.Items!, items[index], place);
        }
    }
}
