using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry;
using static Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types;
using static Mesh.Config.Istio.Networking.ConnectionPoolSettings.Types.HTTPSettings.Types;

namespace Mesh.ControlPlane.Generation.Policies;

/// <summary>Fills in what DestinationRules leave to the mesh configuration.</summary>
internal static class MeshDefaults
{
    /// <summary>The merged policy of a port, completed; the messages of the rules themselves are not changed.</summary>
    public static TrafficPolicy Complete(TrafficPolicy merged, MeshSettings settings, ServiceProtocol protocol)
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

        if (settings.UpgradesToHttp2 && IsHttp(protocol) && (pool.Http is null or { H2UpgradePolicy: H2UpgradePolicy.Default, UseClientProtocol: false }))
        {
            pool.Http ??= new HTTPSettings();
            pool.Http.H2UpgradePolicy = H2UpgradePolicy.Upgrade;
        }

        merged.ConnectionPool = pool;
        return merged;
    }

    // istiod (shouldH2Upgrade): only a rule knows that a port without a protocol speaks HTTP; the mesh upgrades ports that say so.
    private static bool IsHttp(ServiceProtocol protocol) => protocol is ServiceProtocol.Http or ServiceProtocol.Http2 or ServiceProtocol.Grpc;

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
