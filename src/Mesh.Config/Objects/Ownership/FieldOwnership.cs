using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>Keeps <c>metadata.managedFields</c> of objects that are created, replaced or patched: who changes a field owns it from then on.</summary>
internal sealed class FieldOwnership(TimeProvider time)
{
    /// <summary>The updated object with its new owners.</summary>
    /// <param name="live">What is stored; null when the object is created.</param>
    /// <param name="updated">What shall be stored. Managed fields in it count as the client's wish; absent ones are those of <paramref name="live"/>.</param>
    /// <param name="operation">Who writes.</param>
    /// <param name="schema">The type of the kind.</param>
    public JsonObject Update(JsonObject? live, JsonObject updated, FieldOperation operation, TypeSchema schema)
    {
        var entries = Wished(live, updated, operation);
        var result = ManagedFields.Stripped(updated);

        // An object that nobody has been tracked for stays so until somebody applies it (managedfields.skipNonAppliedManager).
        if (live is not null && entries.IsEmpty)
        {
            return result;
        }

        ManagedFields.Write(result, Track(entries, live, result, operation, schema));
        return result;
    }

    /// <summary>The entries after a change that the operation made.</summary>
    internal ImmutableList<ManagedFieldsEntry> Track(
        ImmutableList<ManagedFieldsEntry> entries, JsonObject? live, JsonObject updated, FieldOperation operation, TypeSchema schema)
    {
        var comparison = Comparison.Of(schema, live ?? Blank(updated), updated).Ownable(operation.Subresource);
        var lost = comparison.Changed.Union(comparison.Removed);
        if (lost.IsEmpty)
        {
            return entries;
        }

        var self = new ManagedFieldsEntry(operation.Manager, ManagedFieldsEntry.Update, operation.ApiVersion, operation.Subresource, comparison.Changed) { Time = Now(time) };
        var known = entries.Find(self.IsSame);
        var others = Without(entries, lost, except: null);
        if (comparison.Changed.IsEmpty)
        {
            return others;
        }

        var own = self with { Fields = self.Fields.Union(known?.Fields.Except(comparison.Removed) ?? FieldSet.Empty) };
        return others.RemoveAll(self.IsSame).Add(own);
    }

    /// <summary>The entries less some fields; entries that have none left go.</summary>
    internal static ImmutableList<ManagedFieldsEntry> Without(ImmutableList<ManagedFieldsEntry> entries, FieldSet fields, ManagedFieldsEntry? except) =>
    [
        .. entries
            .Select(entry => except is not null && entry.IsSame(except) ? entry : entry with { Fields = entry.Fields.Except(fields) })
            .Where(entry => !entry.Fields.IsEmpty),
    ];

    internal static string Now(TimeProvider time) =>
        time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An object of the kind before anything is set.</summary>
    internal static JsonObject Blank(JsonObject like) => new()
    {
        ["apiVersion"] = like["apiVersion"]?.DeepClone(),
        ["kind"] = like["kind"]?.DeepClone(),
        ["metadata"] = new JsonObject(),
    };

    /// <summary>Clients may set managed fields themselves, or clear them; who leaves them out or garbles them changes nothing (managedfields.decodeLiveOrNew).</summary>
    private static ImmutableList<ManagedFieldsEntry> Wished(JsonObject? live, JsonObject updated, FieldOperation operation)
    {
        if (operation.Subresource.Length == 0)
        {
            if (ManagedFields.IsReset(updated))
            {
                return [];
            }

            if (ManagedFields.Read(updated) is { IsEmpty: false } wished)
            {
                return wished;
            }
        }

        return ManagedFields.Read(live) ?? [];
    }
}
