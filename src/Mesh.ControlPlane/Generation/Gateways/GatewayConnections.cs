using Google.Protobuf.Collections;
using Mesh.ControlPlane.Generation.Connections;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Listener;
using ServicePort = Mesh.ControlPlane.Registry.ServicePort;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Adds the filter chains of a server whose bytes are carried unread: <c>tcp[]</c> behind plaintext or TLS that ends here, <c>tls[]</c> by server name.</summary>
internal static class GatewayConnections
{
    private const string TlsProtocol = "tls";
    private const string AnyName = "*";

    public static void Add(GenerationContext context, GatewayServer server, Listener listener)
    {
        if (server.Server.Tls is { Mode: TlsMode.AutoPassthrough } && server.IsTls)
        {
            AutoPassthrough.Add(context, server, listener);
        }
        else if (server.IsTls && !server.EndsTls)
        {
            AddByName(context, server, listener);
        }
        else
        {
            AddPlain(context, server, listener);
        }
    }

    /// <summary>The first rule that is for the port takes all of it.</summary>
    private static void AddPlain(GenerationContext context, GatewayServer server, Listener listener)
    {
        var target = TargetOf(context, server);
        foreach (var (rules, _) in GatewayRules.Of(context, server))
        {
            for (var index = 0; index < rules.Spec.Tcp.Count; index++)
            {
                var rule = rules.Spec.Tcp[index];
                var holds = rule.Match.Count == 0 || rule.Match.Any(match => target.IsFor(match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace, rules.Namespace));
                if (holds && TcpProxyTranslator.ToDestinations(target, rules, $"tcp[{index}]", rule.Route) is { } chain)
                {
                    if (server.EndsTls)
                    {
                        chain.FilterChainMatch = GatewayListenerGenerator.MatchOf(server);
                        chain.TransportSocket = GatewayTls.SocketOf(server);
                    }

                    listener.FilterChains.Add(chain);
                    return;
                }
            }
        }
    }

    private static void AddByName(GenerationContext context, GatewayServer server, Listener listener)
    {
        var target = TargetOf(context, server);
        var taken = listener.FilterChains.SelectMany(chain => chain.FilterChainMatch?.ServerNames.DefaultIfEmpty("") ?? [""]).ToHashSet(StringComparer.Ordinal);
        foreach (var (rules, _) in GatewayRules.Of(context, server))
        {
            for (var index = 0; index < rules.Spec.Tls.Count; index++)
            {
                var rule = rules.Spec.Tls[index];
                foreach (var match in rule.Match.Where(match => target.IsFor(match.Port, match.SourceLabels, match.Gateways, match.SourceNamespace, rules.Namespace)))
                {
                    // Of rules for one and the same name the first holds: Envoy refuses two chains with one match.
                    var names = NamesOf(match.SniHosts).Where(taken.Add).ToList();
                    if (names.Count > 0 && TcpProxyTranslator.ToDestinations(target, rules, $"tls[{index}]", rule.Route) is { } chain)
                    {
                        chain.FilterChainMatch = new FilterChainMatch { TransportProtocol = TlsProtocol, ServerNames = { names.Where(name => name.Length > 0) } };
                        listener.FilterChains.Add(chain);
                    }
                }
            }
        }
    }

    private static IEnumerable<string> NamesOf(RepeatedField<string> names) =>
        names.Contains(AnyName) ? [""] : names.Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal);

    private static ConnectionTarget TargetOf(GenerationContext context, GatewayServer server)
    {
        var service = GatewayRules.Unregistered(server);
        return new ConnectionTarget(context, service, new ServicePort(server.CallersPort, "tcp", ServiceProtocol.Tcp)) { Gateway = server.GatewayName };
    }
}
