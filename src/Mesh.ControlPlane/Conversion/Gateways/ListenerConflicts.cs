using Listener = Mesh.Config.Kubernetes.GatewayApi.Listener;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>Finds listeners of one Gateway that cannot be at one port together.</summary>
internal static class ListenerConflicts
{
    /// <summary>Null when a listener gets along with all others.</summary>
    public static ConversionProblem? Find(Listener listener, IEnumerable<Listener> all)
    {
        foreach (var other in all.Where(other => !ReferenceEquals(other, listener) && other.Port == listener.Port && IsUdp(other) == IsUdp(listener)))
        {
            if (GroupOf(other) != GroupOf(listener))
            {
                return new ConversionProblem("ProtocolConflict", $"port {listener.Port} is {other.Protocol} for the listener {other.Name} and {listener.Protocol} for {listener.Name}");
            }

            if (GroupOf(listener) == "TCP" || string.Equals(other.Hostname, listener.Hostname, StringComparison.OrdinalIgnoreCase))
            {
                var host = listener.Hostname.Length > 0 ? listener.Hostname : "every host";
                return new ConversionProblem("HostnameConflict", $"the listeners {other.Name} and {listener.Name} are both for {host} at port {listener.Port}");
            }
        }

        return null;
    }

    private static bool IsUdp(Listener listener) => listener.Protocol == "UDP";

    // By the server name both kinds of TLS can be told apart at one port; in plaintext nothing can.
    private static string GroupOf(Listener listener) => listener.Protocol is "HTTPS" or "TLS" ? "TLS" : listener.Protocol;
}
