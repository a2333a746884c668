using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.Statuses;
using PortPolicy = Mesh.Config.Istio.Networking.TrafficPolicy.Types.PortTrafficPolicy;

namespace Mesh.ControlPlane.Conversion.Policies;

/// <summary>Converts BackendTLSPolicies: of all for a service one DestinationRule.</summary>
/// <param name="objects">What there is.</param>
/// <param name="uses">Which Gateways lead to a host.</param>
internal sealed class TlsPolicyConversion(GatewayApiObjects objects, IReadOnlySet<(string Host, string Namespace, string Gateway)> uses)
{
    // The specification's bound on what a status may list.
    private const int MostAncestors = 16;

    private readonly SortedDictionary<(string Namespace, string Service), DestinationRule> _rules = [];
    private readonly Dictionary<(string Namespace, string Service), List<Resource>> _sources = [];
    private readonly HashSet<(string Namespace, string Service, string Section)> _taken = [];

    public Dictionary<ResourceId, JsonObject> Statuses { get; } = [];

    /// <summary>The DestinationRules; the oldest policy for a port has it.</summary>
    public IEnumerable<Resource> Run()
    {
        foreach (var policy in objects.TlsPolicies)
        {
            Add(policy);
        }

        return _rules.Select(rule => ToResource(rule.Key.Namespace, rule.Key.Service, rule.Value));
    }

    private void Add(ApiObject<BackendTLSPolicySpec> policy)
    {
        var (settings, badReference) = BackendTls.Translate(objects, policy);
        var ancestors = new JsonArray();
        foreach (var target in policy.Spec.TargetRefs)
        {
            var key = (policy.Namespace, target.Name);
            var refusal = Refuse(policy, target);
            if (refusal is null)
            {
                Apply(key, target, settings);
                Sources(key).Add(policy.Resource);
            }

            // Without roots nobody is believed, and every connection fails: the policy is not in force as it was meant.
            var accepted = refusal ?? (badReference is null ? null : new ConversionProblem("NoValidCACertificate", badReference.Message));
            foreach (var ancestor in AncestorsOf(policy, target))
            {
                if (ancestors.Count < MostAncestors && !ancestors.Any(other => JsonNode.DeepEquals(other!["ancestorRef"], ancestor)))
                {
                    ancestors.Add((JsonNode)Describe(ancestor, accepted, badReference));
                }
            }
        }

        Statuses[policy.Resource.Id] = new JsonObject { ["ancestors"] = ancestors };
    }

    private ConversionProblem? Refuse(ApiObject<BackendTLSPolicySpec> policy, LocalPolicyTargetReferenceWithSectionName target)
    {
        if (target.Group.Length > 0 || target.Kind != "Service" || !objects.IsKnown(objects.HostOf(policy.Namespace, target.Name)))
        {
            return new ConversionProblem("TargetNotFound", $"{target.Kind} {policy.Namespace}/{target.Name} was not found");
        }

        if (target.SectionName.Length > 0 && PortOf(policy.Namespace, target) is null)
        {
            return new ConversionProblem("TargetNotFound", $"the Service {policy.Namespace}/{target.Name} has no port {target.SectionName}");
        }

        return _taken.Add((policy.Namespace, target.Name, target.SectionName))
            ? null
            : new ConversionProblem("Conflicted", $"an older BackendTLSPolicy is for the Service {policy.Namespace}/{target.Name} already");
    }

    private void Apply((string Namespace, string Name) key, LocalPolicyTargetReferenceWithSectionName target, ClientTLSSettings settings)
    {
        if (!_rules.TryGetValue(key, out var rule))
        {
            _rules[key] = rule = new DestinationRule { Host = objects.HostOf(key.Namespace, key.Name), TrafficPolicy = new TrafficPolicy() };
        }

        if (PortOf(key.Namespace, target) is { } port)
        {
            rule.TrafficPolicy.PortLevelSettings.Add(new PortPolicy { Port = new PortSelector { Number = (uint)port }, Tls = settings });
        }
        else
        {
            rule.TrafficPolicy.Tls = settings;
        }
    }

    private int? PortOf(string @namespace, LocalPolicyTargetReferenceWithSectionName target) => target.SectionName.Length == 0
        ? null
        : objects.FindService(@namespace, target.Name)?.Ports.FirstOrDefault(port => port.Name == target.SectionName)?.Port;

    private List<Resource> Sources((string Namespace, string Name) key) =>
        _sources.TryGetValue(key, out var known) ? known : _sources[key] = [];

    private IEnumerable<JsonObject> AncestorsOf(ApiObject<BackendTLSPolicySpec> policy, LocalPolicyTargetReferenceWithSectionName target)
    {
        var host = objects.HostOf(policy.Namespace, target.Name);
        var gateways = uses.Where(use => use.Host == host).OrderBy(use => use.Namespace, StringComparer.Ordinal).ThenBy(use => use.Gateway, StringComparer.Ordinal);
        foreach (var use in gateways)
        {
            yield return new JsonObject { ["group"] = ResourceKinds.GatewayApiGroup, ["kind"] = "Gateway", ["namespace"] = use.Namespace, ["name"] = use.Gateway };
        }

        // Inside the mesh the service itself is what callers come through.
        var service = new JsonObject { ["group"] = target.Group, ["kind"] = target.Kind, ["name"] = target.Name };
        if (target.SectionName.Length > 0)
        {
            service["sectionName"] = target.SectionName;
        }

        yield return service;
    }

    private static JsonObject Describe(JsonObject ancestor, ConversionProblem? accepted, ConversionProblem? badReference) => new()
    {
        ["ancestorRef"] = ancestor,
        ["controllerName"] = ConversionNames.IstioController,
        ["conditions"] = new JsonArray(
            Condition.Of("Accepted", accepted, "Accepted", "Configuration is valid"),
            Condition.Of("ResolvedRefs", badReference, "ResolvedRefs", "Configuration is valid")),
    };

    private Resource ToResource(string @namespace, string service, DestinationRule rule)
    {
        var sources = _sources[(@namespace, service)];
        return new Resource
        {
            Id = new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.DestinationRule.Kind, @namespace, $"{service}~{ConversionNames.Suffix}"),
            Kind = ResourceKinds.DestinationRule,
            ApiVersion = ResourceKinds.DestinationRule.Versions[0],
            CreationTimestamp = sources[0].CreationTimestamp,
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(ConversionNames.Parents, string.Join(',', sources.Select(source => $"BackendTLSPolicy/{source.Id.Name}.{source.Id.Namespace}").Distinct())),
            Spec = rule,
        };
    }
}
