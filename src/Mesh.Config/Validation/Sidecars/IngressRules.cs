using System.Globalization;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.Gateways;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Sidecars;

/// <summary>Where a Sidecar takes requests for its workload.</summary>
internal static class IngressRules
{
    private static readonly string[] OwnAddresses = ["127.0.0.1", "0.0.0.0", "[::1]", "[::]", ""];

    public static void Check(FieldScope scope, IReadOnlyList<IstioIngressListener> listeners)
    {
        var ports = new HashSet<uint>();
        scope.Each("ingress", listeners, (item, listener) =>
        {
            if (listener.Port is not { } port)
            {
                item.Field("port").Error("a port is required");
                return;
            }

            ValueRules.Port(item.Field("port.number"), port.Number);
            PortRules.Check(item.Field("port"), port);
            item.Field("port.number").Require(ports.Add(port.Number), $"the port {port.Number} is used twice");
            item.Field("bind").Require(listener.Bind.Length == 0 || Addresses.IsIp(listener.Bind), $"\"{listener.Bind}\" must be an IP address");
            item.Field("defaultEndpoint").Require(
                listener.DefaultEndpoint.Length == 0 || IsEndpoint(listener.DefaultEndpoint),
                $"\"{listener.DefaultEndpoint}\" must be 127.0.0.1:port, [::1]:port, 0.0.0.0:port, [::]:port, :port or unix:// and a path");
            Tls(item.Field("tls"), listener.Tls, port.Protocol);
            ConnectionPoolRules.Check(item.Field("connectionPool"), listener.ConnectionPool);
            if (listener.ConnectionPool?.Http is not null && !Protocols.IsHttp(port.Protocol))
            {
                item.Field("connectionPool.http").Warning($"the port speaks {port.Protocol}: settings of HTTP have no effect");
            }
        });
    }

    private static bool IsEndpoint(string endpoint)
    {
        if (Addresses.IsUnix(endpoint))
        {
            return Addresses.IsUnixPath(endpoint);
        }

        var colon = endpoint.LastIndexOf(':');
        return colon >= 0
            && OwnAddresses.Contains(endpoint[..colon], StringComparer.Ordinal)
            && int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535;
    }

    private static void Tls(FieldScope scope, ServerTLSSettings? tls, string protocol)
    {
        if (tls is null)
        {
            return;
        }

        ServerTlsRules.Check(scope, tls);
        scope.Require(Protocols.IsTls(protocol), $"tls is for ports with the protocol HTTPS or TLS; this one has \"{protocol}\"");
        scope.Field("mode").Require(
            tls.Mode is not (ServerTLSSettings.Types.TLSmode.IstioMutual or ServerTLSSettings.Types.TLSmode.AutoPassthrough),
            $"the mode {tls.Mode} is for gateways");
        scope.Field("httpsRedirect").Require(!tls.HttpsRedirect, "redirects are for gateways");
        scope.Field("subjectAltNames").Require(tls.SubjectAltNames.Count == 0, "accepted names of clients are for gateways");
        scope.Field("credentialName").Require(
            tls.CredentialName.Length == 0 && tls.CredentialNames.Count == 0 && tls.TlsCertificates.Count == 0,
            "a sidecar takes its certificate from serverCertificate and privateKey");
    }
}
