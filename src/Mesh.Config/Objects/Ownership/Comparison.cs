using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>The places in which two objects differ.</summary>
internal sealed record Comparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    private static readonly Comparison Same = new(FieldSet.Empty, FieldSet.Empty, FieldSet.Empty);

    /// <summary>What one would have to own to have made the second object of the first.</summary>
    public FieldSet Changed => Added.Union(Modified);

    /// <summary>Compares by the schema; the order of items that have an identity does not count, nor does null differ from absent.</summary>
    public static Comparison Of(TypeSchema schema, JsonNode? before, JsonNode? after)
    {
        if (before is null || after is null)
        {
            return before is null && after is null
                ? Same
                : before is null ? Same with { Added = Places(schema, after) } : Same with { Removed = Places(schema, before) };
        }

        if (Structure.Fields(schema, before) is { } oldFields && Structure.Fields(schema, after) is { } newFields)
        {
            var names = oldFields.Concat(newFields).Select(field => field.Key).Distinct(StringComparer.Ordinal);
            return Combine(names.Select(name => (PathElement.Field(name), Of(schema.Child(name), oldFields[name], newFields[name]))));
        }

        if (Structure.Items(schema, before) is { } oldItems && Structure.Items(schema, after) is { } newItems)
        {
            var old = Structure.Identified(schema, oldItems).ToDictionary(StringComparer.Ordinal);
            var changed = Structure.Identified(schema, newItems).ToDictionary(StringComparer.Ordinal);
            return Combine(old.Keys.Union(changed.Keys, StringComparer.Ordinal)
                .Select(element => (element, Of(schema.Items!, old.GetValueOrDefault(element), changed.GetValueOrDefault(element)))));
        }

        return JsonNode.DeepEquals(before, after)
            ? Same
            : new Comparison(Places(schema, after).Below(), FieldSet.Leaf, Places(schema, before).Below());
    }

    /// <summary>The same, of what a write through a subresource can own.</summary>
    public Comparison Ownable(string subresource) => new(
        OwnedFields.Ownable(Added, subresource),
        OwnedFields.Ownable(Modified, subresource),
        OwnedFields.Ownable(Removed, subresource));

    private static Comparison Combine(IEnumerable<(string Element, Comparison Below)> parts)
    {
        var all = parts.ToArray();
        return new Comparison(Collect(static part => part.Added), Collect(static part => part.Modified), Collect(static part => part.Removed));

        FieldSet Collect(Func<Comparison, FieldSet> choose) =>
            FieldSet.Of(false, all.Select(part => KeyValuePair.Create(part.Element, choose(part.Below))));
    }

    /// <summary>Every place of a value that is there or not as a whole, the value itself included.</summary>
    private static FieldSet Places(TypeSchema schema, JsonNode? value)
    {
        if (Structure.Fields(schema, value) is { } fields)
        {
            return FieldSet.Of(
                true,
                fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(PathElement.Field(field.Key), Places(schema.Child(field.Key), field.Value))));
        }

        return Structure.Items(schema, value) is { } items
            ? FieldSet.Of(true, Structure.Identified(schema, items).Select(item => KeyValuePair.Create(item.Key, Places(schema.Items!, item.Value))))
            : FieldSet.Leaf;
    }
}
