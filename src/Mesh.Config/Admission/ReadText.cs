using System.Collections.Immutable;

namespace Mesh.Config.Admission;

/// <summary>What came of a whole text.</summary>
internal sealed record ReadText(ImmutableArray<ReadDocument> Documents)
{
    public bool Rejected => Documents.Any(document => document.Rejected);

    public IEnumerable<Resource> Resources => Documents.Select(document => document.Resource).OfType<Resource>();

    public IEnumerable<ResourceFinding> Findings => Documents.SelectMany(document => document.Findings);

    public IEnumerable<ResourceFinding> Errors => Findings.Where(finding => finding.Severity == FindingSeverity.Error);
}
