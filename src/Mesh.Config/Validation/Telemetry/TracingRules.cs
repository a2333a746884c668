using Mesh.Config.Istio.Telemetry;
using Mesh.Config.Validation.Rules;
using CustomTag = Mesh.Config.Istio.Telemetry.Tracing.Types.CustomTag;

namespace Mesh.Config.Validation.Telemetry;

/// <summary>Which requests are traced, for whom, and the tags of their spans.</summary>
internal static class TracingRules
{
    public static void Check(FieldScope scope, Tracing tracing)
    {
        TelemetryValidator.Providers(scope, tracing.Providers);
        if (tracing.Providers.Count > 1)
        {
            scope.Field("providers").Warning("of several providers one is used");
        }

        ValueRules.Percent(scope.Field("randomSamplingPercentage"), tracing.RandomSamplingPercentage ?? 0);
        foreach (var (name, tag) in tracing.CustomTags)
        {
            var entry = scope.Entry("customTags", name);
            entry.Require(name.Length > 0, "the name of the tag must not be empty");
            Tag(entry, tag);
        }
    }

    private static void Tag(FieldScope scope, CustomTag tag)
    {
        switch (tag.TypeCase)
        {
            case CustomTag.TypeOneofCase.Literal:
                scope.Field("literal.value").Require(tag.Literal.Value.Length > 0, "a value is required");
                break;
            case CustomTag.TypeOneofCase.Environment:
                scope.Field("environment.name").Require(tag.Environment.Name.Length > 0, "the name of a variable is required");
                break;
            case CustomTag.TypeOneofCase.Header:
                scope.Field("header.name").Require(tag.Header.Name.Length > 0, "the name of a header is required");
                break;
            case CustomTag.TypeOneofCase.Formatter:
                scope.Field("formatter.value").Require(tag.Formatter.Value.Length > 0, "a format is required, such as %REQ(:PATH)%");
                LogFormatRules.Check(scope.Field("formatter.value"), tag.Formatter.Value);
                break;
            default:
                scope.Error("the tag has no value: set literal, environment, header or formatter");
                break;
        }
    }
}
