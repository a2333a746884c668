using System.Net;

namespace Mesh.ControlPlane.Hosting.Options;

/// <summary>What the settings of key fetching may be.</summary>
internal static class JwksOptionsRules
{
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestStale = TimeSpan.FromDays(30);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        if (options.JwksRefreshInterval < ShortestRefresh || options.JwksRefreshInterval > LongestRefresh)
        {
            errors.Add($"{Key(nameof(options.JwksRefreshInterval))}: expected a time from {ShortestRefresh} to {LongestRefresh}, got {options.JwksRefreshInterval}.");
        }

        if (options.JwksMaxStale < options.JwksRefreshInterval || options.JwksMaxStale > LongestStale)
        {
            errors.Add($"{Key(nameof(options.JwksMaxStale))}: expected a time from {nameof(options.JwksRefreshInterval)} ({options.JwksRefreshInterval}) to {LongestStale}, got {options.JwksMaxStale}.");
        }

        errors.AddRange(options.JwksAllowedHosts.Where(host => host.Length == 0 || host.Contains('/', StringComparison.Ordinal))
            .Select(host => $"{Key(nameof(options.JwksAllowedHosts))}: expected a host or host:port, got '{host}'."));
        errors.AddRange(options.JwksAllowedNetworks.Where(network => !IPNetwork.TryParse(network, out _))
            .Select(network => $"{Key(nameof(options.JwksAllowedNetworks))}: expected a network such as 10.0.0.0/8, got '{network}'."));
        if (!Enum.IsDefined(options.HostOwnership))
        {
            errors.Add($"{Key(nameof(options.HostOwnership))}: expected {string.Join(" or ", Enum.GetNames<HostOwnership>())}, got {options.HostOwnership}.");
        }
    }

    private static string Key(string key) => $"{MeshControlPlaneOptions.SectionName}:{key}";
}
