using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>One port and host that a Gateway listens on.</summary>
internal static class ListenerRules
{
    private const int LongestProtocol = 255;
    private const int MostCertificates = 64;
    private const int MostKinds = 8;
    private const int MostOptions = 16;

    public static void Check(FieldScope scope, Listener listener)
    {
        NameRules.Section(scope.Field("name"), listener.Name);
        ValueRules.Port(scope.Field("port"), listener.Port);
        ReferenceRules.Optional(scope, "hostname", listener.Hostname.Length > 0 ? listener.Hostname : null, NameRules.Host);
        scope.Field("protocol").Require(
            listener.Protocol.Length is > 0 and <= LongestProtocol && (DnsNames.IsLabel(listener.Protocol) || NameRules.IsDomainPath(listener.Protocol)),
            listener.Protocol.Length == 0 ? "a protocol is required, such as HTTP, HTTPS, TLS, TCP or UDP" : $"\"{listener.Protocol}\" must be HTTP, HTTPS, TLS, TCP, UDP or domain/name");
        Protocol(scope, listener);
        Tls(scope.Field("tls"), listener.Tls);
        if (listener.AllowedRoutes is { } routes)
        {
            var field = scope.Field("allowedRoutes");
            Namespaces(field.Field("namespaces"), routes.Namespaces);
            ValueRules.Count(field.Field("kinds"), routes.Kinds.Count, 0, MostKinds);
            field.Each("kinds", routes.Kinds, static (item, kind) =>
            {
                NameRules.Group(item.Field("group"), kind.Group);
                NameRules.Kind(item.Field("kind"), kind.Kind);
            });
        }
    }

    public static void Namespaces(FieldScope scope, RouteNamespaces? namespaces)
    {
        if (namespaces is null)
        {
            return;
        }

        ValueRules.OneOf(scope.Field("from"), namespaces.From, "All", "Selector", "Same", "None");
        if (namespaces.Selector is { } selector)
        {
            SelectorRules.Check(scope.Field("selector"), selector);
        }
    }

    private static void Protocol(FieldScope scope, Listener listener)
    {
        switch (listener.Protocol.ToUpperInvariant())
        {
            case "HTTP":
                scope.Field("tls").Require(listener.Tls is null, "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']");
                break;
            case "TCP" or "UDP":
                scope.Field("tls").Require(listener.Tls is null, "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']");
                scope.Field("hostname").Require(listener.Hostname.Length == 0, "hostname must not be specified for protocols ['TCP', 'UDP']");
                break;
            case "HTTPS":
                scope.Field("tls.mode").Require(listener.Tls?.Mode is null or "" or "Terminate", "tls mode must be Terminate for protocol HTTPS");
                break;
            case "TLS":
                scope.Field("tls").Require(listener.Tls is { Mode.Length: > 0 }, "tls mode must be set for protocol TLS");
                break;
        }
    }

    private static void Tls(FieldScope scope, ListenerTLSConfig? tls)
    {
        if (tls is null)
        {
            return;
        }

        ValueRules.OneOf(scope.Field("mode"), tls.Mode, "Terminate", "Passthrough");
        scope.Require(
            tls.Mode != "Terminate" || tls.CertificateRefs.Count + tls.Options.Count > 0, "certificateRefs or options must be specified when mode is Terminate");
        ValueRules.Count(scope.Field("certificateRefs"), tls.CertificateRefs.Count, 0, MostCertificates);
        ValueRules.Count(scope.Field("options"), tls.Options.Count, 0, MostOptions);
        scope.Each("certificateRefs", tls.CertificateRefs, ReferenceRules.Secret);
    }
}
