using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Gateways;

/// <summary>Istio's rules for its Gateway.</summary>
internal sealed class GatewayValidator() : SpecValidator<Gateway>(ResourceKinds.Gateway)
{
    protected override void Validate(FieldScope scope, Gateway spec, Resource resource)
    {
        // VirtualServices name it, and dots part a namespace from a name there in the old form.
        new FieldScope(scope.Findings, "metadata.name").Require(
            DnsNames.IsLabel(resource.Id.Name), $"\"{resource.Id.Name}\" must be letters, digits and -, at most 63 characters: VirtualServices name it");
        scope.Field("servers").Require(spec.Servers.Count > 0, "at least one server is required");
        LabelRules.Labels(scope, "selector", spec.Selector);
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("servers", spec.Servers, (item, server) =>
        {
            ServerRules.Check(item, server);
            item.Field("port.name").Require(
                server.Port is not { Name.Length: > 0 } || names.Add(server.Port.Name), $"the port name \"{server.Port?.Name}\" is used twice");
        });
    }
}
