using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.Security;
using static Mesh.Config.Istio.Networking.EnvoyFilter.Types;
using Operation = Mesh.Config.Istio.Networking.EnvoyFilter.Types.Patch.Types.Operation;

namespace Mesh.Config.Validation.EnvoyFilters;

/// <summary>Istio's rules for EnvoyFilter, as far as they need no knowledge of all of Envoy's messages.</summary>
internal sealed class EnvoyFilterValidator() : SpecValidator<EnvoyFilter>(ResourceKinds.EnvoyFilter)
{
    protected override void Validate(FieldScope scope, EnvoyFilter spec, Resource resource)
    {
        scope.Require(spec.WorkloadSelector is null || spec.TargetRefs.Count == 0, "only one of workloadSelector and targetRefs can be set");
        if (spec.WorkloadSelector is { } selector)
        {
            LabelRules.Selector(scope.Field("workloadSelector"), "labels", selector.Labels);
        }

        PolicyTargetRules.Check(scope, selector: null, target: null, spec.TargetRefs);
        scope.Each("configPatches", spec.ConfigPatches, Patch);
    }

    private static void Patch(FieldScope scope, EnvoyConfigObjectPatch change)
    {
        scope.Field("applyTo").Require(change.ApplyTo != ApplyTo.Invalid, "applyTo is required, such as HTTP_FILTER or CLUSTER");
        if (change.Match is { } match)
        {
            ObjectMatchRules.Check(scope.Field("match"), match, change.ApplyTo);
        }

        var field = scope.Field("patch");
        if (change.Patch is not { } patch)
        {
            field.Error("a patch is required");
            return;
        }

        field.Field("operation").Require(patch.Operation != Operation.Invalid, "an operation is required, such as MERGE or ADD");
        field.Field("value").Require(patch.Value is not null || patch.Operation is Operation.Remove or Operation.Invalid, "a value is required, but for REMOVE");
        if (patch.Value is { } value)
        {
            PatchValueRules.Check(field.Field("value"), value);
        }
    }
}
