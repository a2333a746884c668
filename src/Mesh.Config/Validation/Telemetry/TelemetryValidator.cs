using Mesh.Config.Istio.Telemetry;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.Security;

namespace Mesh.Config.Validation.Telemetry;

/// <summary>Istio's rules for Telemetry.</summary>
internal sealed class TelemetryValidator() : SpecValidator<Istio.Telemetry.Telemetry>(ResourceKinds.Telemetry)
{
    protected override void Validate(FieldScope scope, Istio.Telemetry.Telemetry spec, Resource resource)
    {
        PolicyTargetRules.Check(scope, spec.Selector, spec.TargetRef, spec.TargetRefs);
        if (spec.Tracing.Count > 1)
        {
            scope.Field("tracing").Warning("of several entries one is used");
        }

        scope.Each("tracing", spec.Tracing, TracingRules.Check);
        scope.Each("metrics", spec.Metrics, Metrics);
        scope.Each("accessLogging", spec.AccessLogging, AccessLogging);
    }

    /// <summary>Providers are known by their names in the mesh configuration.</summary>
    public static void Providers(FieldScope scope, IReadOnlyList<ProviderRef> providers) =>
        scope.Each("providers", providers, static (item, provider) => item.Field("name").Require(provider.Name.Length > 0, "the name of a provider is required"));

    private static void Metrics(FieldScope scope, Metrics metrics)
    {
        Providers(scope, metrics.Providers);
        ValueRules.Duration(scope.Field("reportingInterval"), metrics.ReportingInterval);
        scope.Each("overrides", metrics.Overrides, static (item, change) =>
        {
            item.Field("match.customMetric").Require(
                change.Match is not { HasCustomMetric: true } || change.Match.CustomMetric.Length > 0, "the name of the metric must not be empty");
            foreach (var (tag, value) in change.TagOverrides)
            {
                Tag(item.Entry("tagOverrides", tag), tag, value);
            }
        });
    }

    private static void Tag(FieldScope scope, string tag, MetricsOverrides.Types.TagOverride change)
    {
        var removes = change.Operation == MetricsOverrides.Types.TagOverride.Types.Operation.Remove;
        scope.Require(tag.Length > 0, "the name of the tag must not be empty");
        scope.Field("value").Require(removes || change.Value.Length > 0, "value must be set when operation is UPSERT");
        scope.Field("value").Require(!removes || change.Value.Length == 0, "value must not be set when operation is REMOVE");
    }

    private static void AccessLogging(FieldScope scope, AccessLogging logging)
    {
        Providers(scope, logging.Providers);
        if (logging.Filter is { } filter && CelSyntax.FindError(filter.Expression) is { } error)
        {
            scope.Field("filter.expression").Error($"not valid CEL: {error}");
        }
    }
}
