using Mesh.ControlPlane.Config.Istio.Networking;
using static Mesh.ControlPlane.Config.Istio.Networking.ConnectionPoolSettings.Types;
using static Mesh.ControlPlane.Config.Istio.Networking.ConnectionPoolSettings.Types.HTTPSettings.Types;

namespace Mesh.ControlPlane.Generation.Policies;

/// <summary>Fills in what DestinationRules leave to the mesh configuration.</summary>
internal static class MeshDefaults
{
    /// <summary>The merged policy, completed; the messages of the rules themselves are not changed.</summary>
    public static TrafficPolicy Complete(TrafficPolicy merged, MeshSettings settings)
    {
        merged.OutlierDetection ??= settings.OutlierDetection;
        var pool = (merged.ConnectionPool ?? settings.ConnectionPool)?.Clone() ?? new ConnectionPoolSettings();
        pool.Tcp ??= new TCPSettings();
        pool.Tcp.ConnectTimeout ??= settings.ConnectTimeout;
        if (settings.TcpKeepalive is { } keepalive)
        {
            // istiod: the rule's single values override the mesh's.
            var own = pool.Tcp.TcpKeepalive;
            pool.Tcp.TcpKeepalive = keepalive.Clone();
            Override(pool.Tcp.TcpKeepalive, own);
        }

        if (settings.UpgradesToHttp2 && (pool.Http is null or { H2UpgradePolicy: H2UpgradePolicy.Default, UseClientProtocol: false }))
        {
            pool.Http ??= new HTTPSettings();
            pool.Http.H2UpgradePolicy = H2UpgradePolicy.Upgrade;
        }

        merged.ConnectionPool = pool;
        return merged;
    }

    private static void Override(TCPSettings.Types.TcpKeepalive keepalive, TCPSettings.Types.TcpKeepalive? own)
    {
        if (own is null)
        {
            return;
        }

        keepalive.Probes = own.Probes > 0 ? own.Probes : keepalive.Probes;
        keepalive.Time = own.Time ?? keepalive.Time;
        keepalive.Interval = own.Interval ?? keepalive.Interval;
    }
}
