using System.Collections.Immutable;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;
using Listener = Mesh.Config.Kubernetes.GatewayApi.Listener;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>The Gateways that are this mesh's, with their listeners judged.</summary>
internal sealed class GatewaySet
{
    private static readonly string[] Protocols = ["HTTP", "HTTPS", "TLS", "TCP"];

    private readonly Dictionary<(string Namespace, string Name), ImmutableArray<GatewayListener>> _listeners = [];

    public GatewaySet(GatewayApiObjects objects, ReferenceGrants grants)
    {
        var classes = new GatewayClassNames(objects.Classes);
        foreach (var gateway in objects.Gateways)
        {
            if (classes.ControllerOf(gateway.Spec.GatewayClassName) is { } controller)
            {
                var tls = new ListenerTls(objects, grants, gateway);
                _listeners.Add((gateway.Namespace, gateway.Name), [.. gateway.Spec.Listeners.Select(listener => Judge(gateway, listener, controller, tls))]);
            }
        }
    }

    public IEnumerable<ImmutableArray<GatewayListener>> Gateways => _listeners.Values;

    /// <summary>Null when there is no such Gateway, or it is another controller's.</summary>
    public ImmutableArray<GatewayListener>? Find(string @namespace, string name) =>
        _listeners.TryGetValue((@namespace, name), out var listeners) ? listeners : null;

    private static GatewayListener Judge(ApiObject<GatewaySpec> gateway, Listener listener, string controller, ListenerTls tls)
    {
        var (kinds, badKinds) = SupportedKinds.Of(listener);
        var (settings, badReference, isUsable) = tls.Of(listener);
        return new GatewayListener(gateway, listener, controller)
        {
            Kinds = kinds,
            Tls = settings,
            HasTls = isUsable,
            BadReference = ConversionProblem.Join(badReference, badKinds),
            Conflict = ListenerConflicts.Find(listener, gateway.Spec.Listeners),
            Refusal = Protocols.Contains(listener.Protocol)
                ? null
                : new ConversionProblem("UnsupportedProtocol", $"protocol {listener.Protocol} is not supported; use {string.Join(", ", Protocols)}"),
        };
    }
}
