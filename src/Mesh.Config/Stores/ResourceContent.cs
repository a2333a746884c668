using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Config.Stores;

/// <summary>Tells what a change of a resource means: nothing, something to its readers, or something to the mesh.</summary>
internal static class ResourceContent
{
    /// <summary>Whether readers of the API would see no difference.</summary>
    public static bool AreEqual(Resource left, Resource right) =>
        ReferenceEquals(left, right)
        || (left.ApiVersion == right.ApiVersion
            && left.CreationTimestamp == right.CreationTimestamp
            && HaveEqualDocuments(left, right)
            && Equals(left.Spec, right.Spec));

    /// <summary>Whether the mesh acts on one as on the other; null stands for absence.</summary>
    public static bool HaveSameEffect(Resource? left, Resource? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        // Of kinds that are not decoded anything may count one day, so that everything does.
        return Equals(left.Spec, right.Spec)
            && left.ApiVersion == right.ApiVersion
            && left.CreationTimestamp == right.CreationTimestamp
            && AreEqual(left.Labels, right.Labels)
            && AreEqual(left.Annotations, right.Annotations)
            && (left.Spec is not null || HaveEqualDocuments(left, right));
    }

    /// <summary>The next state with the spec object of the one before where both say the same: what was derived from it stays good, and memory holds one.</summary>
    public static Resource ShareSpec(Resource? before, Resource next) =>
        before?.Spec is { } spec && !ReferenceEquals(spec, next.Spec) && spec.Equals(next.Spec) ? next with { Spec = spec } : next;

    private static bool HaveEqualDocuments(Resource left, Resource right) =>
        (left.Document.ValueKind, right.Document.ValueKind) switch
        {
            (JsonValueKind.Undefined, JsonValueKind.Undefined) => AreEqual(left.Labels, right.Labels) && AreEqual(left.Annotations, right.Annotations),
            (JsonValueKind.Undefined, _) or (_, JsonValueKind.Undefined) => false,
            _ => JsonElement.DeepEquals(left.Document, right.Document),
        };

    private static bool AreEqual(ImmutableSortedDictionary<string, string> left, ImmutableSortedDictionary<string, string> right) =>
        ReferenceEquals(left, right) || (left.Count == right.Count && left.SequenceEqual(right));
}
