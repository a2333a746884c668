using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Traffic policies of a host, a subset or a port.</summary>
internal static class TrafficPolicyRules
{
    private const int MostPortSettings = 4096;

    public static void Check(FieldScope scope, TrafficPolicy? policy, string ns)
    {
        if (policy is null)
        {
            return;
        }

        scope.Require(policy.CalculateSize() > 0, "the traffic policy is empty; set something or remove it");
        Blocks(scope, policy.LoadBalancer, policy.ConnectionPool, policy.OutlierDetection, policy.Tls, ns);
        scope.Require(policy.Tunnel is null || policy.ProxyProtocol is null, "use tunnel or proxyProtocol, not both");
        if (policy.Tunnel is { } tunnel)
        {
            Tunnel(scope.Field("tunnel"), tunnel);
        }

        if (policy.RetryBudget is { Percent: { } percent })
        {
            ValueRules.Percent(scope.Field("retryBudget.percent"), percent);
        }

        ValueRules.Duration(scope.Field("retryBudget.budgetInterval"), policy.RetryBudget?.BudgetInterval, zeroAllowed: true);
        scope.Field("portLevelSettings").Require(policy.PortLevelSettings.Count <= MostPortSettings, $"at most {MostPortSettings} entries");
        scope.Each("portLevelSettings", policy.PortLevelSettings, (item, settings) => PortSettings(item, settings, ns));
    }

    private static void PortSettings(FieldScope scope, TrafficPolicy.Types.PortTrafficPolicy settings, string ns)
    {
        if (settings.Port is null)
        {
            scope.Field("port").Error("a port is required");
        }
        else
        {
            ValueRules.Port(scope.Field("port.number"), settings.Port.Number);
        }

        scope.Require(
            settings.LoadBalancer is not null || settings.ConnectionPool is not null || settings.OutlierDetection is not null || settings.Tls is not null,
            "at least one of loadBalancer, connectionPool, outlierDetection and tls is required");
        Blocks(scope, settings.LoadBalancer, settings.ConnectionPool, settings.OutlierDetection, settings.Tls, ns);
    }

    private static void Blocks(
        FieldScope scope, LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, OutlierDetection? outliers, ClientTLSSettings? tls, string ns)
    {
        LoadBalancerRules.Check(scope.Field("loadBalancer"), balancer, hasOutlierDetection: outliers is not null);
        ConnectionPoolRules.Check(scope.Field("connectionPool"), pool);
        OutlierDetectionRules.Check(scope.Field("outlierDetection"), outliers);
        ClientTlsRules.Check(scope.Field("tls"), tls, ns);
    }

    private static void Tunnel(FieldScope scope, TrafficPolicy.Types.TunnelSettings tunnel)
    {
        ValueRules.OneOf(scope.Field("protocol"), tunnel.Protocol, "", "CONNECT", "POST");
        scope.Field("targetHost").Require(
            DnsNames.IsFqdn(tunnel.TargetHost) || Addresses.IsIp(tunnel.TargetHost),
            $"\"{tunnel.TargetHost}\" must be a host name or an IP address");
        ValueRules.Port(scope.Field("targetPort"), tunnel.TargetPort);
    }
}
