using System.Collections.Immutable;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>Tells by its class whether a Gateway is this mesh's.</summary>
internal sealed class GatewayClassNames(ImmutableArray<ApiObject<GatewayClassSpec>> classes)
{
    private readonly Dictionary<string, string> _controllers = classes.ToDictionary(own => own.Name, own => own.Spec.ControllerName, StringComparer.Ordinal);

    /// <summary>The controller of a class, when it is one of ours; <c>istio</c> and <c>mesh</c> need no object, as istiod makes its own.</summary>
    public string? ControllerOf(string name) =>
        _controllers.TryGetValue(name, out var controller) ? (ConversionNames.IsOurs(controller) ? controller : null)
        : name switch
        {
            "istio" => ConversionNames.IstioController,
            "mesh" => ConversionNames.OwnController,
            _ => null,
        };
}
