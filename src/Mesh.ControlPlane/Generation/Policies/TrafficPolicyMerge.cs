using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation.Policies;

/// <summary>Settles the policy of one port of one subset from the three levels of a rule.</summary>
internal static class TrafficPolicyMerge
{
    /// <param name="rule">What holds for the client and the service.</param>
    /// <param name="subset">Null for the service as a whole.</param>
    /// <param name="port">The service's port.</param>
    public static TrafficPolicy Of(EffectiveRule rule, Subset? subset, int port)
    {
        var merged = new TrafficPolicy();
        if (rule.Policy is { } policy)
        {
            Override(merged, policy);
            ReplaceByPort(merged, policy, port);
        }

        if (subset?.TrafficPolicy is { } subsetPolicy)
        {
            Override(merged, subsetPolicy);
            ReplaceByPort(merged, subsetPolicy, port);
        }

        return merged;
    }

    private static void Override(TrafficPolicy merged, TrafficPolicy policy)
    {
        merged.ConnectionPool = policy.ConnectionPool ?? merged.ConnectionPool;
        merged.OutlierDetection = policy.OutlierDetection ?? merged.OutlierDetection;
        merged.LoadBalancer = policy.LoadBalancer ?? merged.LoadBalancer;
        merged.Tls = policy.Tls ?? merged.Tls;
        merged.Tunnel = policy.Tunnel ?? merged.Tunnel;
        merged.ProxyProtocol = policy.ProxyProtocol ?? merged.ProxyProtocol;
        merged.RetryBudget = policy.RetryBudget ?? merged.RetryBudget;
    }

    // Istio: a port's entry replaces its four blocks even where it leaves them unset; the others it does not have.
    private static void ReplaceByPort(TrafficPolicy merged, TrafficPolicy policy, int port)
    {
        if (policy.PortLevelSettings.FirstOrDefault(entry => entry.Port?.Number == port) is { } settings)
        {
            merged.ConnectionPool = settings.ConnectionPool;
            merged.OutlierDetection = settings.OutlierDetection;
            merged.LoadBalancer = settings.LoadBalancer;
            merged.Tls = settings.Tls;
        }
    }
}
