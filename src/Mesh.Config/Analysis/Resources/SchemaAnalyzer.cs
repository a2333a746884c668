using Mesh.Config.Validation;

namespace Mesh.Config.Analysis.Resources;

/// <summary>What decoding and validation say of one kind (IST0106, IST0133; IST0130 and IST0131 for rules that never match).</summary>
internal sealed class SchemaAnalyzer(KindName kind) : IAnalyzer
{
    public string Name => $"schema.ValidationAnalyzer.{kind.Kind}";

    public string Description => $"Runs schema validation as an analyzer on '{kind.Kind}' resources";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in context.All(kind))
        {
            resource.Findings.HideConsequences();
            ResourceValidation.All.Validate(resource.Resource, resource.Findings);
            foreach (var finding in resource.Findings.Findings)
            {
                Report(context, resource, finding);
            }
        }
    }

    private static void Report(AnalysisContext context, AnalysisResource resource, ResourceFinding finding)
    {
        var line = finding.Origin?.Line ?? 0;
        var text = finding.Path.Length == 0 ? finding.Message : $"{finding.Path}: {finding.Message}";
        if (finding.Code is { } code && Messages.Find(code) is { } coded)
        {
            context.ReportText(line, coded, resource, finding.Message);
        }
        else if (finding.Severity != FindingSeverity.Information)
        {
            context.ReportAt(line, finding.Severity == FindingSeverity.Error ? Messages.SchemaValidationError : Messages.SchemaWarning, resource, text);
        }
    }
}
