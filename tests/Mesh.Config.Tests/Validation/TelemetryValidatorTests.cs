using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class TelemetryValidatorTests
{
    [Theory]
    [InlineData("telemetry-valid.yaml")]
    [InlineData("telemetry-invalid.yaml")]
    public void Validate_IstiosOwnCases_AgreesWithIstio(string file) => IstioCrdCases.AssertAgreement(file);

    [Theory]
    [InlineData("selector: {matchLabels: {a: b}}\ntargetRefs: [{kind: Service, name: a}]", "only one of selector, targetRef and targetRefs")]
    [InlineData("selector: {matchLabels: {a: '*'}}", "wildcard is not supported in selector")]
    [InlineData("targetRefs: [{kind: Pod, name: a}]", "expected Service")]
    [InlineData("tracing: [{providers: [{}]}]", "spec.tracing[0].providers[0].name: the name of a provider is required")]
    [InlineData("tracing: [{randomSamplingPercentage: 101}]", "spec.tracing[0].randomSamplingPercentage: must be between 0 and 100")]
    [InlineData("tracing: [{randomSamplingPercentage: -1}]", "must be between 0 and 100")]
    [InlineData("tracing: [{customTags: {'': {literal: {value: a}}}}]", "the name of the tag must not be empty")]
    [InlineData("tracing: [{customTags: {a: {literal: {}}}}]", "spec.tracing[0].customTags[a].literal.value: a value is required")]
    [InlineData("tracing: [{customTags: {a: {environment: {}}}}]", "customTags[a].environment.name")]
    [InlineData("tracing: [{customTags: {a: {header: {}}}}]", "customTags[a].header.name")]
    [InlineData("tracing: [{customTags: {a: {formatter: {}}}}]", "customTags[a].formatter.value")]
    [InlineData("tracing: [{customTags: {a: {}}}]", "the tag has no value")]
    [InlineData("accessLogging: [{providers: [{name: ''}]}]", "spec.accessLogging[0].providers[0].name")]
    [InlineData("accessLogging: [{filter: {expression: 'a =='}}]", "spec.accessLogging[0].filter.expression: not valid CEL")]
    [InlineData("metrics: [{reportingInterval: 0s}]", "spec.metrics[0].reportingInterval: the duration must be at least 1ms")]
    [InlineData("metrics: [{overrides: [{match: {metric: REQUESTS}}]}]", "expected one of ALL_METRICS")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("{}")]
    [InlineData("accessLogging: [{filter: {expression: \"response.code >= 400 || !has(request.headers['x-a'])\"}}]")]
    [InlineData("tracing: [{match: {mode: SERVER}, enableIstioTags: false, disableContextPropagation: true, customTags: {a: {formatter: {value: '%REQ(:PATH)%'}}}}]")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    [Fact]
    public void Validate_SeveralTracersAndProviders_IsAcceptedWithWarnings() =>
        Assert.Equal(2, Manifest.Warnings(Of("tracing: [{providers: [{name: a}, {name: b}]}, {}]")).Length);

    [Theory]
    [InlineData("%REQ(:PATH)% %START_TIME(%Y %m)% 100%% %CEL(request.path)%", "")]
    [InlineData("%REQUEST_DURATION% %REQ(X):3% %NOTHING(a%b)% %", "REQUEST_DURATION NOTHING")]
    [InlineData("%DYNAMIC_METADATA(a:b):10%", "DYNAMIC_METADATA")]
    public void Validate_FormatWithOperatorsWithoutAValue_IsAcceptedWithAWarningForEach(string format, string names)
    {
        var warnings = Manifest.Warnings(Of($"tracing: [{{customTags: {{a: {{formatter: {{value: '{format}'}}}}}}}}]"));

        var expected = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Length, warnings.Length);
        Assert.All(expected, name => Assert.Contains(warnings, warning => warning.Contains($"customTags[a].formatter.value: %{name}% has no value in the mesh", StringComparison.Ordinal)));
    }

    [Fact]
    public void Operators_OfTheValidation_AreThoseOfTheProcesses() =>
        Assert.Equal(Mesh.Client.AccessLogs.Formats.LogOperatorNames.All.Order(StringComparer.Ordinal), Mesh.Config.Validation.Telemetry.LogFormatRules.Operators.Order(StringComparer.Ordinal));

    [Fact]
    public void Decode_NoSpec_IsTakenForAnEmptyOne() =>
        Assert.Empty(Manifest.Errors("apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a}"));

    private static string Of(string spec) => Manifest.Of("telemetry.istio.io/v1", "Telemetry", "a", spec);
}
