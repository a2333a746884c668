using System.Collections.Frozen;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.RateLimits;
using Mesh.Config.Validation.Security;
using Mesh.Config.Validation.ServiceEntries;
using Mesh.Config.Validation.Sidecars;
using Mesh.Config.Validation.VirtualServices;

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
        new RateLimitValidator(),
        new ServiceValidator(),
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
