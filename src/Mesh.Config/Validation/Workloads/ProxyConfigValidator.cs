using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using Mesh.Config.Validation.Security;

namespace Mesh.Config.Validation.Workloads;

/// <summary>Istio's rules for ProxyConfig.</summary>
internal sealed class ProxyConfigValidator() : SpecValidator<ProxyConfig>(ResourceKinds.ProxyConfig)
{
    private const int LongestValue = 2048;

    protected override void Validate(FieldScope scope, ProxyConfig spec, Resource resource)
    {
        PolicyTargetRules.Selector(scope, spec.Selector);
        ValueRules.NotNegative(scope.Field("concurrency"), spec.Concurrency ?? 0);
        foreach (var (name, value) in spec.EnvironmentVariables)
        {
            scope.Entry("environmentVariables", name).Require(value.Length <= LongestValue, $"at most {LongestValue} characters, found {value.Length}");
        }
    }
}
