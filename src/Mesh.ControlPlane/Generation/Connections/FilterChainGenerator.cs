using Mesh.ControlPlane.Generation.Routes;
using Mesh.ControlPlane.Registry.Sources;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>Gives a listener the filter chains of raw connections: those of <c>tls[]</c> or <c>tcp[]</c>, and one to the service itself for the rest.</summary>
internal static class FilterChainGenerator
{
    public static void Apply(ConnectionTarget target, Listener listener)
    {
        var rules = VirtualServiceSelector.SelectAll(target.Context, target.Service.PolicyHost, target.Port.Number);

        // istiod: tls[] is for ports that are said to speak TLS, tcp[] for all others.
        if (target.Port.Protocol.IsTls())
        {
            TlsRouteTranslator.Add(target, rules, listener);
        }
        else if (TcpRouteTranslator.Add(target, rules, listener))
        {
            return;
        }

        // istiod sends what no rule takes to the address it was meant for, which is the service again; a process has no such address to keep.
        listener.DefaultFilterChain = TcpProxyTranslator.ToService(target);
    }
}
