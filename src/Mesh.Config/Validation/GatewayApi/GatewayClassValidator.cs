using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of GatewayClass.</summary>
internal sealed class GatewayClassValidator() : SpecValidator<GatewayClassSpec>(GatewayApiKinds.GatewayClass)
{
    private const int LongestDescription = 64;

    protected override void Validate(FieldScope scope, GatewayClassSpec spec, Resource resource)
    {
        scope.Field("controllerName").Require(
            NameRules.IsDomainPath(spec.ControllerName),
            spec.ControllerName.Length == 0 ? "a controller is required, such as example.com/controller" : $"\"{spec.ControllerName}\" must be a domain and a path, such as example.com/controller");
        ValueRules.Length(scope.Field("description"), spec.Description, 0, LongestDescription);
        if (spec.ParametersRef is { } parameters)
        {
            ReferenceRules.Object(
                scope.Field("parametersRef"), parameters.HasGroup ? parameters.Group : null, parameters.Kind, parameters.Name, parameters.HasNamespace ? parameters.Namespace : null);
        }
    }
}
