using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of TLSRoute, of which v1 asks for more than the versions before.</summary>
internal sealed class TlsRouteValidator() : SpecValidator<TLSRouteSpec>(GatewayApiKinds.TlsRoute)
{
    private const int MostHosts = 1024;

    protected override void Validate(FieldScope scope, TLSRouteSpec spec, Resource resource)
    {
        var isStable = resource.ApiVersion == "v1";
        ReferenceRules.Parents(scope, spec.ParentRefs);
        RouteRules.DefaultGateways(scope, spec.UseDefaultGateways);
        ValueRules.Count(scope.Field("hostnames"), spec.Hostnames.Count, isStable ? 1 : 0, MostHosts);
        scope.Each("hostnames", spec.Hostnames, static (item, host) =>
        {
            NameRules.Host(item, host);
            item.Require(!Addresses.IsIp(host), $"\"{host}\" is an address; clients send no SNI for addresses");
        });
        L4RouteValidator.Rules(scope, spec.Rules, isStable ? 1 : RouteRules.MostRules);
    }
}
