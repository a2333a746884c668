using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of the Gateway API's Gateway.</summary>
internal sealed class KubernetesGatewayValidator() : SpecValidator<GatewaySpec>(GatewayApiKinds.Gateway)
{
    private const int MostListeners = 64;
    private const int MostAddresses = 16;
    private const int MostLabels = 8;

    protected override void Validate(FieldScope scope, GatewaySpec spec, Resource resource)
    {
        NameRules.ObjectName(scope.Field("gatewayClassName"), spec.GatewayClassName);
        ValueRules.OneOf(scope.Field("defaultScope"), spec.DefaultScope, "", "All", "None");
        Listeners(scope, spec.Listeners);
        AddressesOf(scope, spec.Addresses);
        FrontendTlsRules.Check(scope.Field("tls"), spec.Tls);
        if (spec.AllowedListeners is { } allowed)
        {
            ListenerRules.Namespaces(scope.Field("allowedListeners.namespaces"), allowed.Namespaces);
        }

        if (spec.Infrastructure is { } infrastructure)
        {
            Infrastructure(scope.Field("infrastructure"), infrastructure);
        }
    }

    private static void Listeners(FieldScope scope, RepeatedField<Listener> listeners)
    {
        ValueRules.Count(scope.Field("listeners"), listeners.Count, 1, MostListeners);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new HashSet<(int, string, string?)>();
        scope.Each("listeners", listeners, (item, listener) =>
        {
            ListenerRules.Check(item, listener);
            item.Field("name").Require(names.Add(listener.Name), $"listener name \"{listener.Name}\" must be unique within the Gateway");
            item.Require(
                places.Add((listener.Port, listener.Protocol, listener.HasHostname ? listener.Hostname : null)),
                "combination of port, protocol and hostname must be unique for each listener");
        });
    }

    private static void AddressesOf(FieldScope scope, RepeatedField<GatewaySpecAddress> addresses)
    {
        ValueRules.Count(scope.Field("addresses"), addresses.Count, 0, MostAddresses);
        var seen = new HashSet<(string, string)>();
        scope.Each("addresses", addresses, (item, address) =>
        {
            var field = item.Field("value");
            item.Field("type").Require(
                address.Type is "IPAddress" or "Hostname" or "NamedAddress" || NameRules.IsDomainPath(address.Type),
                $"\"{address.Type}\" is not one of IPAddress, Hostname, NamedAddress and domain/name");
            if (address.Value.Length == 0)
            {
                return;
            }

            field.Require(address.Type != "IPAddress" || Addresses.IsIp(address.Value), $"\"{address.Value}\" must be an IP address");
            ReferenceRules.Optional(item, "value", address.Type == "Hostname" ? address.Value : null, NameRules.Host);
            field.Require(address.Type is not ("IPAddress" or "Hostname") || seen.Add((address.Type, address.Value)), $"{address.Type} values must be unique");
        });
    }

    private static void Infrastructure(FieldScope scope, GatewayInfrastructure infrastructure)
    {
        ValueRules.Count(scope.Field("labels"), infrastructure.Labels.Count, 0, MostLabels);
        LabelRules.Labels(scope, "labels", infrastructure.Labels);
        ValueRules.Count(scope.Field("annotations"), infrastructure.Annotations.Count, 0, MostLabels);
        foreach (var key in infrastructure.Annotations.Keys)
        {
            LabelRules.Key(scope.Entry("annotations", key), key);
        }

        if (infrastructure.ParametersRef is { } parameters)
        {
            ReferenceRules.Object(scope.Field("parametersRef"), parameters.HasGroup ? parameters.Group : null, parameters.Kind, parameters.Name);
        }
    }
}
