namespace Mesh.Config.Objects.Ownership;

/// <summary>Says which fields of an apply belong to others (409 Conflict, causes of type FieldManagerConflict).</summary>
internal sealed class ApplyConflictException(IReadOnlyList<FieldConflict> conflicts) : Exception(Describe(conflicts))
{
    public IReadOnlyList<FieldConflict> Conflicts { get; } = conflicts;

    /// <summary>The words of kube-apiserver, which tools print as they are.</summary>
    private static string Describe(IReadOnlyList<FieldConflict> conflicts)
    {
        if (conflicts.Count == 1)
        {
            return $"Apply failed with 1 conflict: {conflicts[0].Message}: {conflicts[0].Field}";
        }

        var managers = conflicts
            .GroupBy(conflict => conflict.Manager)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"conflicts with {group.Key}:\n" + string.Join('\n', group.Select(conflict => $"- {conflict.Field}")));
        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', managers)}";
    }
}
