using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.ServiceEntries;

namespace Mesh.Config.Validation.Workloads;

/// <summary>Istio's rules for WorkloadGroup.</summary>
internal sealed class WorkloadGroupValidator() : SpecValidator<WorkloadGroup>(ResourceKinds.WorkloadGroup)
{
    private const int MostEntries = 256;

    protected override void Validate(FieldScope scope, WorkloadGroup spec, Resource resource)
    {
        if (spec.Metadata is { } metadata)
        {
            var field = scope.Field("metadata");
            LabelRules.Labels(field, "labels", metadata.Labels);
            field.Field("labels").Require(metadata.Labels.Count <= MostEntries, $"at most {MostEntries} labels, found {metadata.Labels.Count}");
            field.Field("annotations").Require(metadata.Annotations.Count <= MostEntries, $"at most {MostEntries} annotations, found {metadata.Annotations.Count}");
        }

        if (spec.Template is { } template)
        {
            WorkloadEntryValidator.CheckTemplate(scope.Field("template"), template);
        }
        else
        {
            scope.Field("template").Error("a template is required; an empty one is {}");
        }

        if (spec.Probe is { } probe)
        {
            ReadinessProbeRules.Check(scope.Field("probe"), probe);
        }
    }
}
