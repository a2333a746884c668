using System.Collections.Frozen;
using Mesh.Config.Validation.Apis;
using Mesh.Config.Validation.Core;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.EnvoyFilters;
using Mesh.Config.Validation.GatewayApi;
using Mesh.Config.Validation.Gateways;
using Mesh.Config.Validation.MeshConfiguration;
using Mesh.Config.Validation.ProxyExtensions;
using Mesh.Config.Validation.RateLimits;
using Mesh.Config.Validation.Security;
using Mesh.Config.Validation.ServiceEntries;
using Mesh.Config.Validation.Sidecars;
using Mesh.Config.Validation.Telemetry;
using Mesh.Config.Validation.VirtualServices;
using Mesh.Config.Validation.Workloads;

namespace Mesh.Config.Validation;

/// <summary>Runs the rules of all kinds and then those of the resource's own kind.</summary>
internal sealed class ResourceValidation
{
    private readonly FrozenDictionary<ResourceKind, IResourceValidator> _validators;

    private ResourceValidation(params IReadOnlyCollection<IResourceValidator> validators) =>
        _validators = validators.ToFrozenDictionary(validator => validator.Kind);

    /// <summary>Every validator there is: a new kind adds its line here.</summary>
    public static ResourceValidation All { get; } = new(
        new VirtualServiceValidator(),
        new DestinationRuleValidator(),
        new ServiceEntryValidator(),
        new WorkloadEntryValidator(),
        new SidecarValidator(),
        new PeerAuthenticationValidator(),
        new RequestAuthenticationValidator(),
        new AuthorizationPolicyValidator(),
        new GatewayValidator(),
        new WorkloadGroupValidator(),
        new ProxyConfigValidator(),
        new TelemetryValidator(),
        new WasmPluginValidator(),
        new TrafficExtensionValidator(),
        new EnvoyFilterValidator(),
        new RateLimitValidator(),
        new ApiConsumerValidator(),
        new ApiPlanValidator(),
        new ApiAccessValidator(),
        new ApiVersionsValidator(),
        new ApiTransformationValidator(),
        new GatewayClassValidator(),
        new KubernetesGatewayValidator(),
        new HttpRouteValidator(),
        new GrpcRouteValidator(),
        new L4RouteValidator(GatewayApiKinds.TcpRoute),
        new L4RouteValidator(GatewayApiKinds.UdpRoute),
        new TlsRouteValidator(),
        new ReferenceGrantValidator(),
        new BackendTlsPolicyValidator(),
        new ServiceValidator(),
        new SecretValidator(),
        new EndpointSliceValidator(),
        new MeshConfigValidator());

    public void Validate(Resource resource, FindingCollector findings)
    {
        MetadataValidator.Validate(resource, findings);
        if (_validators.TryGetValue(resource.Kind, out var validator))
        {
            validator.Validate(resource, findings);
        }
    }
}
