using System.Globalization;
using System.Net;
using Mesh.Config.Yaml;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>The values that Istio's injector takes of its annotations, with the texts it refuses others with.</summary>
internal static class AnnotationValues
{
    /// <summary>What is wrong with a value; null when nothing is, or nobody checks it.</summary>
    public static string? Problem(string annotation, string value) => annotation switch
    {
        "sidecar.istio.io/interceptionMode" when value is not ("REDIRECT" or "TPROXY" or "NONE") => $"interceptionMode invalid, use REDIRECT,TPROXY,NONE: {value}",
        "status.sidecar.istio.io/port" => Labelled("excludeInboundPorts", Port(value)),
        "readiness.status.sidecar.istio.io/initialDelaySeconds"
            or "readiness.status.sidecar.istio.io/periodSeconds"
            or "readiness.status.sidecar.istio.io/failureThreshold" => Unsigned(value, uint.MaxValue),
        "traffic.sidecar.istio.io/includeOutboundIPRanges" when value != "*" => Labelled("includeIPRanges", Ranges(value)),
        "traffic.sidecar.istio.io/excludeOutboundIPRanges" => Labelled("excludeIPRanges", Ranges(value)),
        "traffic.sidecar.istio.io/includeInboundPorts" when value != "*" => Labelled("includeInboundPorts", Ports(value)),
        "traffic.sidecar.istio.io/excludeInboundPorts" => Labelled("excludeInboundPorts", Ports(value)),
        "traffic.sidecar.istio.io/excludeOutboundPorts" => Labelled("excludeOutboundPorts", Ports(value)),
        "prometheus.istio.io/merge-metrics" => Boolean(value),
        "proxy.istio.io/config" => Yaml(value),
        _ => null,
    };

    private static string? Labelled(string parameter, string? problem) => problem is null ? null : $"{parameter} invalid: {problem}";

    private static string? Unsigned(string value, ulong most)
    {
        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
        {
            return $"strconv.ParseUint: parsing \"{value}\": invalid syntax";
        }

        return ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? null
            : $"strconv.ParseUint: parsing \"{value}\": value out of range";
    }

    private static string? Port(string value) =>
        Unsigned(value.Trim(), ushort.MaxValue) is { } problem ? $"failed parsing port '{value}': {problem}" : null;

    private static string? Ports(string value) => value.Trim().Length == 0
        ? null
        : value.Trim().Split(',')
            .Select(port => Port(port) is { } problem ? $"failed parsing port '{port}': {problem}" : null)
            .FirstOrDefault(problem => problem is not null);

    private static string? Ranges(string value) => value.Length == 0
        ? null
        : value.Split(',')
            .Where(range => !range.Contains('/', StringComparison.Ordinal) || !IsRange(range))
            .Select(range => $"failed parsing cidr '{range}': netip.ParsePrefix(\"{range}\"): {(range.Contains('/', StringComparison.Ordinal) ? "unable to parse IP or prefix length" : "no '/'")}")
            .FirstOrDefault();

    // Unlike IPNetwork, Go takes addresses with bits beyond the prefix.
    private static bool IsRange(string range) =>
        range.Split('/') is [var address, var length]
        && IPAddress.TryParse(address, out var parsed)
        && byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
        && bits <= parsed.GetAddressBytes().Length * 8;

    private static string? Boolean(string value) => value is "1" or "t" or "T" or "TRUE" or "true" or "True" or "0" or "f" or "F" or "FALSE" or "false" or "False"
        ? null
        : $"strconv.ParseBool: parsing \"{value}\": invalid syntax";

    private static string? Yaml(string value)
    {
        try
        {
            return YamlTreeReader.Read(new YamlText(value, 1), YamlLimits.Default) is null or YamlMapping or YamlScalar { Kind: YamlScalarKind.Null }
                ? null
                : "failed to convert to apply proxy config: a mapping is expected";
        }
        catch (YamlFormatException exception)
        {
            return $"failed to convert to apply proxy config: {exception.Message}";
        }
    }
}
