using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;

namespace Mesh.Config.Validation.Gateways;

/// <summary>One port of a gateway, and the hosts that are served there.</summary>
internal static class ServerRules
{
    public static void Check(FieldScope scope, Server server)
    {
        scope.Field("hosts").Require(server.Hosts.Count > 0, "at least one host is required, such as *.example.com or namespace/host");
        scope.Each("hosts", server.Hosts, Host);
        Bind(scope, server);
        ServerTlsRules.Check(scope.Field("tls"), server.Tls);
        if (server.Port is not { } port)
        {
            scope.Field("port").Error("a port is required");
            return;
        }

        Port(scope.Field("port"), port, Addresses.IsUnix(server.Bind));
        Tls(scope.Field("tls"), server.Tls, port.Protocol);
    }

    private static void Host(FieldScope scope, string host)
    {
        var parts = host.Split('/', 2);
        var name = parts[^1];
        scope.Require(
            parts.Length == 1 || parts[0] is "*" or "." || DnsNames.IsLabel(parts[0]),
            $"the namespace \"{parts[0]}\" must be *, . or the name of a namespace");
        scope.Require(
            DnsNames.IsWildcardDomain(name) || Addresses.IsIp(name),
            $"\"{name}\" must be a host name, *. and a domain, *, or an IP address");
        scope.Require(name == "*" || name.Contains('.', StringComparison.Ordinal), $"\"{name}\" is a short name; write the full one");
        scope.Require(
            name is not ['*', _, ..] || name.StartsWith("*.", StringComparison.Ordinal), $"\"{name}\" is a partial wildcard; write *. and a domain");
    }

    private static void Bind(FieldScope scope, Server server)
    {
        if (Addresses.IsUnix(server.Bind))
        {
            scope.Field("bind").Require(Addresses.IsUnixPath(server.Bind), $"\"{server.Bind}\" must name an absolute path or @name after unix://");
            scope.Field("port.number").Require(server.Port is null or { Number: 0 }, "a unix socket has the port number 0");
        }
        else
        {
            scope.Field("bind").Require(server.Bind.Length == 0 || Addresses.IsIp(server.Bind), $"\"{server.Bind}\" must be an IP address or unix:// and a path");
        }
    }

    private static void Port(FieldScope scope, Port port, bool isUnix)
    {
        scope.Field("protocol").Require(port.Protocol.Length > 0, "a protocol is required, such as HTTP, HTTPS, TLS or TCP");
        Protocols.Check(scope.Field("protocol"), port.Protocol);
        scope.Field("name").Require(port.Name.Length > 0, "a name is required");
        if (port.Number > 0 || !isUnix)
        {
            ValueRules.Port(scope.Field("number"), port.Number);
        }

#pragma warning disable CS0612 // Istio still reads the deprecated field, to reject it.
        scope.Field("targetPort").Require(port.TargetPort == 0, "targetPort has no effect on gateways; remove it");
#pragma warning restore CS0612
    }

    private static void Tls(FieldScope scope, ServerTLSSettings? tls, string protocol)
    {
        if (tls is null)
        {
            scope.Require(!Protocols.IsTls(protocol), $"tls is required for the protocol {protocol}");
            return;
        }

        if (Protocols.IsHttp(protocol))
        {
            scope.Require(
                tls.Mode is TlsMode.Passthrough or TlsMode.AutoPassthrough
                && (tls.CaCertificates + tls.PrivateKey + tls.ServerCertificate).Length == 0,
                "a plain HTTP port has no certificates; only httpsRedirect is for it");
            return;
        }

        scope.Require(Protocols.IsTls(protocol), $"tls is for the protocols HTTPS and TLS, this port has \"{protocol}\"");
        if (tls.HttpsRedirect)
        {
            scope.Field("httpsRedirect").Warning("redirects are for plain HTTP ports");
        }
    }
}
