using System.Net;
using Mesh.ControlPlane.Serving.Nodes;

namespace Mesh.ControlPlane.Hosting.Options.Registries;

/// <summary>Finds all that is wrong with the settings of registries.</summary>
internal static class RegistryOptionsRules
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestExec = TimeSpan.FromMinutes(5);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        var registries = options.Registries;
        RequireTime($"{nameof(registries.StartTimeout)}", registries.StartTimeout, TimeSpan.Zero, LongestStart, errors);
        if (options.Kubernetes.ExecTimeout < Second || options.Kubernetes.ExecTimeout > LongestExec)
        {
            errors.Add($"{MeshControlPlaneOptions.SectionName}:{nameof(options.Kubernetes)}:{nameof(options.Kubernetes.ExecTimeout)}: expected a time from {Second} to {LongestExec}, got {options.Kubernetes.ExecTimeout}.");
        }

        foreach (var (name, kubernetes) in registries.Kubernetes)
        {
            RequireTime($"{nameof(registries.Kubernetes)}:{name}:{nameof(kubernetes.ExecTimeout)}", kubernetes.ExecTimeout, Second, LongestExec, errors);
        }

        foreach (var (name, consul) in registries.Consul)
        {
            var at = $"{nameof(registries.Consul)}:{name}";
            RequireAddress($"{at}:{nameof(consul.Address)}", consul.Address, errors);
            RequireOneToken(at, consul.Token, consul.TokenFile, errors);
            RequireNamespace($"{at}:{nameof(consul.Namespace)}", consul.Namespace, errors);
            RequireTime($"{at}:{nameof(consul.Wait)}", consul.Wait, Second, LongestWait, errors);
            Require(consul.MaxConnections is > 0 and <= 10_000, $"{at}:{nameof(consul.MaxConnections)}", "a number from 1 to 10000", $"{consul.MaxConnections}", errors);
            Require(DnsName.IsName(consul.HostSuffix), $"{at}:{nameof(consul.HostSuffix)}", "a DNS name in lower case such as service.consul", $"'{consul.HostSuffix}'", errors);
        }

        foreach (var (name, dns) in registries.Dns)
        {
            CheckDns($"{nameof(registries.Dns)}:{name}", dns, errors);
        }

        foreach (var (name, peer) in registries.Peers)
        {
            RequireAddress($"{nameof(registries.Peers)}:{name}:{nameof(peer.Address)}", peer.Address, errors);
            RequireOneToken($"{nameof(registries.Peers)}:{name}", peer.Token, peer.TokenFile, errors);
        }
    }

    /// <summary>An address with or without its port; null when it is neither.</summary>
    public static IPEndPoint? ParseServer(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPEndPoint(address, 53) : IPEndPoint.TryParse(text, out var server) && server.Port > 0 ? server : null;

    private static void CheckDns(string at, MeshDnsOptions dns, List<string> errors)
    {
        Require(Uri.CheckHostName(dns.Name.Replace('_', 'u')) == UriHostNameType.Dns, $"{at}:{nameof(dns.Name)}", "a DNS name", $"'{dns.Name}'", errors);
        Require(dns.Host.Length == 0 || DnsName.IsName(dns.Host), $"{at}:{nameof(dns.Host)}", "a DNS name in lower case", $"'{dns.Host}'", errors);
        Require(dns.Port is > 0 and <= 65535, $"{at}:{nameof(dns.Port)}", "a port from 1 to 65535", $"{dns.Port}", errors);
        RequireNamespace($"{at}:{nameof(dns.Namespace)}", dns.Namespace, errors);
        RequireTime($"{at}:{nameof(dns.Refresh)}", dns.Refresh, Second, LongestRefresh, errors);
        foreach (var server in dns.Servers.Where(server => ParseServer(server) is null))
        {
            Require(false, $"{at}:{nameof(dns.Servers)}", "an IP address with or without a port, such as 10.0.0.2:53", $"'{server}'", errors);
        }
    }

    private static void RequireAddress(string key, string address, List<string> errors) =>
        Require(
            Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0,
            key,
            "an absolute http or https URI without credentials (they go into Token or TokenFile)",
            address.Length == 0 ? "none" : address.Contains('@', StringComparison.Ordinal) ? "one with '@'" : $"'{address}'",
            errors);

    private static void RequireOneToken(string at, string? token, string? file, List<string> errors) =>
        Require(string.IsNullOrEmpty(token) || string.IsNullOrEmpty(file), $"{at}:Token", "either Token or TokenFile", "both", errors);

    private static void RequireNamespace(string key, string name, List<string> errors) => Require(DnsName.IsLabel(name), key, "a namespace", $"'{name}'", errors);

    private static void RequireTime(string key, TimeSpan time, TimeSpan shortest, TimeSpan longest, List<string> errors) =>
        Require(time >= shortest && time <= longest, key, $"a time from {shortest} to {longest}", $"{time}", errors);

    private static void Require(bool isGood, string key, string expected, string actual, List<string> errors)
    {
        if (!isGood)
        {
            errors.Add($"{MeshControlPlaneOptions.SectionName}:{nameof(MeshControlPlaneOptions.Registries)}:{key}: expected {expected}, got {actual}.");
        }
    }
}
