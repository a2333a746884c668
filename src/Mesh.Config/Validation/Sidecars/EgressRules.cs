using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Sidecars;

/// <summary>What a Sidecar lets its workloads see.</summary>
internal static class EgressRules
{
    public static void Check(FieldScope scope, IReadOnlyList<IstioEgressListener> listeners)
    {
        var ports = new HashSet<uint>();
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("egress", listeners, (item, listener) =>
        {
            if (listener.Port is null)
            {
                item.Require(ReferenceEquals(listener, listeners[^1]), "only the last listener may have no port: it stands for all other ports");
                item.Field("bind").Require(listener.Bind.Length == 0, "a listener without a port cannot be bound");
            }
            else if (listener.Port.Number == 0)
            {
                Socket(item, listener, sockets);
            }
            else
            {
                Port(item, listener, ports);
            }

            Hosts(item, listener.Hosts);
        });
    }

    private static void Socket(FieldScope scope, IstioEgressListener listener, HashSet<string> sockets)
    {
        PortRules.Check(scope.Field("port"), listener.Port);
        scope.Field("port.number").Require(Addresses.IsUnix(listener.Bind), "the port 0 is for listeners that are bound to a unix socket");
        if (Addresses.IsUnix(listener.Bind))
        {
            scope.Field("bind").Require(Addresses.IsUnixPath(listener.Bind), $"\"{listener.Bind}\" must name an absolute path or @name after unix://");
            scope.Field("bind").Require(sockets.Add(listener.Bind), $"\"{listener.Bind}\" is bound twice");
        }

        scope.Field("captureMode").Require(listener.CaptureMode is CaptureMode.Default or CaptureMode.None, "a unix socket has the capture mode DEFAULT or NONE");
    }

    private static void Port(FieldScope scope, IstioEgressListener listener, HashSet<uint> ports)
    {
        ValueRules.Port(scope.Field("port.number"), listener.Port.Number);
        PortRules.Check(scope.Field("port"), listener.Port);
        scope.Field("port.number").Require(ports.Add(listener.Port.Number), $"the port {listener.Port.Number} is used twice");
        scope.Field("bind").Require(listener.Bind.Length == 0 || Addresses.IsIp(listener.Bind), $"\"{listener.Bind}\" must be an IP address");
    }

    private static void Hosts(FieldScope scope, RepeatedField<string> hosts)
    {
        scope.Field("hosts").Require(hosts.Count > 0, "at least one host is required, as namespace/dnsName");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("hosts", hosts, (item, host) =>
        {
            Host(item, host);
            if (!seen.Add(host))
            {
                item.Warning($"\"{host}\" is there twice");
            }
        });
        if (hosts.Contains("*/*") && hosts.Any(host => host != "*/*" && !host.StartsWith('~')))
        {
            scope.Field("hosts").Warning("\"*/*\" imports everything; the other hosts add nothing");
        }
    }

    private static void Host(FieldScope scope, string host)
    {
        if (host.Split('/', 2) is not [var @namespace, var name])
        {
            scope.Error($"\"{host}\" must be namespace/dnsName");
            return;
        }

        var owner = @namespace.StartsWith('~') ? @namespace[1..] : @namespace;
        scope.Require(
            owner is "*" or "." || (owner.Length == 0 && @namespace == "~") || DnsNames.IsLabel(owner),
            $"the namespace \"{@namespace}\" must be *, ., ~ or the name of a namespace");
        scope.Require(
            name == "*" || (DnsNames.IsWildcardDomain(name) && (!name.StartsWith('*') || name.StartsWith("*.", StringComparison.Ordinal))),
            $"\"{name}\" must be a host name, *. and a domain, or *");
        scope.Require(
            name == "*" || name.Contains('.', StringComparison.Ordinal),
            $"\"{name}\" is a short name; write the full one");
    }
}
