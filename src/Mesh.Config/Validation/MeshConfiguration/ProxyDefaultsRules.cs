using System.Globalization;
using Mesh.Config.Istio.Mesh;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.MeshConfiguration;

/// <summary>The configuration of proxies: nothing here uses it, but what Istio rejects is rejected.</summary>
internal static class ProxyDefaultsRules
{
    private const string HostAddress = "$(HOST_IP)";

    public static void Check(FieldScope scope, ProxyConfig? proxy)
    {
        if (proxy is null)
        {
            return;
        }

        scope.Field("configPath").Require(!proxy.HasConfigPath || proxy.ConfigPath.Length > 0, "must not be empty; remove it for the default");
        scope.Field("binaryPath").Require(!proxy.HasBinaryPath || proxy.BinaryPath.Length > 0, "must not be empty; remove it for the default");
        scope.Field("serviceCluster").Require(
            proxy.ClusterNameCase != ProxyConfig.ClusterNameOneofCase.ServiceCluster || proxy.ServiceCluster.Length > 0, "must not be empty; remove it for the default");
        ValueRules.Duration(scope.Field("drainDuration"), proxy.DrainDuration);
        scope.Field("drainDuration").Require(proxy.DrainDuration is null or { Nanos: 0 }, "must be in whole seconds");
        Address(scope.Field("discoveryAddress"), proxy.DiscoveryAddress);
        Address(scope.Field("zipkinAddress"), proxy.ZipkinAddress);
        Address(scope.Field("statsdUdpAddress"), proxy.StatsdUdpAddress);
        Address(scope.Field("tracing.zipkin.address"), proxy.Tracing?.Zipkin?.Address ?? "");
        Address(scope.Field("tracing.lightstep.address"), proxy.Tracing?.Lightstep?.Address ?? "");
        Address(scope.Field("tracing.datadog.address"), proxy.Tracing?.Datadog?.Address ?? "");
        Address(scope.Field("envoyAccessLogService.address"), proxy.EnvoyAccessLogService?.Address ?? "");
        Address(scope.Field("envoyMetricsService.address"), proxy.EnvoyMetricsService?.Address ?? "");
        if (proxy.HasProxyAdminPort)
        {
            ValueRules.Port(scope.Field("proxyAdminPort"), proxy.ProxyAdminPort);
        }

        if (proxy.HasStatusPort)
        {
            ValueRules.Port(scope.Field("statusPort"), proxy.StatusPort);
        }
    }

    private static void Address(FieldScope scope, string address)
    {
        var text = address.Replace(HostAddress, "127.0.0.1", StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        scope.Require(text.Length == 0 || (colon > 0 && IsHost(text[..colon]) && IsPort(text[(colon + 1)..])), $"\"{address}\" must be host:port");
    }

    private static bool IsHost(string host) => host is ['[', .. var inner, ']'] ? Addresses.IsIp(inner) : DnsNames.IsFqdn(host) || Addresses.IsIp(host);

    private static bool IsPort(string port) => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
}
