using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config.Objects.Patches;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>
/// Server-side apply: a manager says all that it wants of an object, owns that, and no longer has what it no longer says.
/// Rules of structured-merge-diff's merge.Updater and of apimachinery's managedfields.
/// </summary>
internal sealed class ServerSideApply(TimeProvider time)
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>The object as it shall be stored, managed fields included. The arguments stay as they are.</summary>
    /// <param name="live">What is stored; null when apply creates the object.</param>
    /// <param name="applied">What the manager wants.</param>
    /// <param name="operation">Who applies.</param>
    /// <param name="force">Take fields away from their owners.</param>
    /// <param name="schema">The type of the kind.</param>
    /// <exception cref="PatchException">The applied object has managed fields, or list items that cannot be told apart.</exception>
    /// <exception cref="ApplyConflictException">Others own what would change.</exception>
    public JsonObject Apply(JsonObject? live, JsonObject applied, FieldOperation operation, bool force, TypeSchema schema)
    {
        if (applied["metadata"]?["managedFields"] is JsonArray { Count: > 0 })
        {
            throw new PatchException(PatchFailure.Malformed, "metadata.managedFields", "metadata.managedFields must be nil");
        }

        OwnedFields.Check(schema, applied, "");
        var wanted = Wanted(ManagedFields.Stripped(applied), operation);
        var current = live is null ? FieldOwnership.Blank(applied) : ManagedFields.Stripped(live);
        var before = Owners(live, current, operation, schema);
        var self = new ManagedFieldsEntry(operation.Manager, ManagedFieldsEntry.Apply, operation.ApiVersion, operation.Subresource, OwnedFields.Of(schema, wanted, operation.Subresource));
        var known = before.Find(self.IsSame);
        var after = before.RemoveAll(self.IsSame).Add(self);

        var merged = (JsonObject)StructuredMerge.Merge(schema, current, wanted)!;
        var pruned = known is null ? merged : Prune(schema, merged, known.Fields, after);
        var comparison = Comparison.Of(schema, current, pruned).Ownable(operation.Subresource);
        if (!force)
        {
            ThrowOnConflict(after.Remove(self), comparison.Changed, current, operation, schema);
        }

        var lost = comparison.Changed.Union(comparison.Removed);
        var same = lost.IsEmpty && known is not null && known.ApiVersion == self.ApiVersion && known.Fields.SetEquals(self.Fields);
        var owners = FieldOwnership.Without(after, lost, except: self).RemoveAll(self.IsSame).Add(self with { Time = same ? known!.Time : FieldOwnership.Now(time) });
        if (operation is { Manager: LastApplied.Manager, Subresource: "" })
        {
            LastApplied.Renew(pruned, applied);
        }

        ManagedFields.Write(pruned, owners);
        return pruned;
    }

    /// <summary>What the operation can say anything about: status goes through its own subresource, and nothing else does.</summary>
    private static JsonObject Wanted(JsonObject applied, FieldOperation operation)
    {
        if (operation.Subresource != FieldOperation.Status)
        {
            applied.Remove(FieldOperation.Status);
            return applied;
        }

        var wanted = new JsonObject();
        foreach (var name in new[] { "apiVersion", "kind", FieldOperation.Status })
        {
            if (applied[name] is { } value)
            {
                wanted[name] = value.DeepClone();
            }
        }

        return wanted;
    }

    /// <summary>The owners so far. An object that was never tracked belongs, as it is, to a manager of its own.</summary>
    private ImmutableList<ManagedFieldsEntry> Owners(JsonObject? live, JsonObject current, FieldOperation operation, TypeSchema schema)
    {
        var owners = ManagedFields.Read(live) ?? [];
        return live is null || !owners.IsEmpty
            ? owners
            : new FieldOwnership(time).Track([], null, current, operation with { Manager = BeforeFirstApply, Subresource = "" }, schema);
    }

    /// <summary>Takes out what the manager said last time and no longer says, unless somebody else owns it (merge.Updater.prune).</summary>
    private static JsonObject Prune(TypeSchema schema, JsonObject merged, FieldSet last, ImmutableList<ManagedFieldsEntry> owners)
    {
        var all = Named(OwnedFields.Visit(schema, merged));
        var said = Named(last);
        var owned = owners.Aggregate(FieldSet.Empty, static (sum, entry) => sum.Union(entry.Fields));

        // Removing a place removes what is below it; so what must stay is found first, then all the rest is taken out.
        var untouched = Named(OwnedFields.Visit(schema, StructuredMerge.Remove(schema, merged, said)));
        var removable = all.Except(untouched.Union(Named(owned)));
        var left = Named(OwnedFields.Visit(schema, StructuredMerge.Remove(schema, merged, removable)));

        // What went along with its parent, but was never said by this manager, comes back.
        var pruned = StructuredMerge.Remove(schema, merged, all.Except(left).Intersect(said));
        return (JsonObject)StructuredMerge.DropEmptied(schema, merged, pruned, owned)!;

        FieldSet Named(FieldSet set) => OwnedFields.WithNamedFields(schema, set);
    }

    private static void ThrowOnConflict(
        ImmutableList<ManagedFieldsEntry> others, FieldSet changed, JsonObject current, FieldOperation operation, TypeSchema schema)
    {
        var allowed = operation.Manager == LastApplied.Manager ? LastApplied.Fields(current, schema) : null;
        var conflicts = new List<FieldConflict>();
        foreach (var other in others)
        {
            // What kubectl applied from the client's side before is kubectl's own (managedfields.lastAppliedManager).
            var contested = other.Fields.Intersect(changed).Except(allowed ?? FieldSet.Empty);
            conflicts.AddRange(contested.Paths().Select(path => new FieldConflict(other.Describe(), PathElement.Display(path))));
        }

        if (conflicts.Count > 0)
        {
            throw new ApplyConflictException(conflicts);
        }
    }
}
