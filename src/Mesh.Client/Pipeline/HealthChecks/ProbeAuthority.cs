namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>Tells which authority a health check names.</summary>
internal static class ProbeAuthority
{
    /// <summary>What the probe asks for; else the cluster's name (Envoy), of which istiod's form <c>outbound|port|subset|host</c> is no authority but its host is.</summary>
    public static string Of(string configured, string cluster) => configured.Length > 0 ? configured : cluster[(cluster.LastIndexOf('|') + 1)..];
}
