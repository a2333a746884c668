using System.Collections.Immutable;

namespace Mesh.Config.Admission;

/// <summary>What came of one document of a text.</summary>
/// <param name="Number">Counts from 1; items of a <c>List</c> share the number of their document.</param>
/// <param name="Kind">As written; empty when it could not be read.</param>
/// <param name="Name">As written; empty when it could not be read.</param>
/// <param name="Resource">Null when rejected or of no interest to the mesh.</param>
/// <param name="Findings">Errors, warnings and notes.</param>
internal sealed record ReadDocument(int Number, string Kind, string Name, Resource? Resource, ImmutableArray<ResourceFinding> Findings)
{
    /// <summary>Whether it is YAML at all.</summary>
    public bool IsReadable { get; init; } = true;

    public bool Rejected => Findings.Any(finding => finding.Severity == FindingSeverity.Error);
}
