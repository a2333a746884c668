using Google.Protobuf.Collections;
using Mesh.Config.Istio.Extensions;
using Mesh.Config.Istio.Type;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.ProxyExtensions;

/// <summary>What WasmPlugin and TrafficExtension say alike about a WebAssembly module.</summary>
internal static class WasmRules
{
    private const int LengthOfHash = 64;
    private const int LongestSecret = 253;
    private const int LongestName = 256;
    private const int MostVariables = 256;
    private const int LongestValue = 2048;

    private static readonly string[] Schemes = ["", "file", "http", "https", "oci"];

    public static void Module(FieldScope scope, string url, string sha256)
    {
        var scheme = SchemeOf(url);
        scope.Field("url").Require(
            url.Length > 0 && scheme is not null && Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase),
            url.Length == 0 ? "a url is required" : $"\"{url}\" must be a URL with one of the schemes file, http, https and oci, or the name of an image");
        scope.Field("sha256").Require(
            sha256.Length == 0 || (sha256.Length == LengthOfHash && sha256.All(char.IsAsciiHexDigitLower)),
            $"expected {LengthOfHash} digits 0-9 and a-f, found \"{sha256}\"");
    }

    /// <summary>Names that may be unset, but not empty.</summary>
    public static void Names(FieldScope scope, string? secret, string? plugin)
    {
        scope.Field("imagePullSecret").Require(secret is null or { Length: > 0 and <= LongestSecret }, $"expected 1 to {LongestSecret} characters; remove it to have none");
        scope.Field("pluginName").Require(plugin is null or { Length: > 0 and <= LongestName }, $"expected 1 to {LongestName} characters; remove it to have none");
    }

    public static void Environment(FieldScope scope, VmConfig? config)
    {
        if (config is null)
        {
            return;
        }

        scope.Field("env").Require(config.Env.Count <= MostVariables, $"at most {MostVariables} variables, found {config.Env.Count}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("env", config.Env, (item, variable) =>
        {
            item.Field("name").Require(variable.Name.Length is > 0 and <= LongestName, $"a name of 1 to {LongestName} characters is required");
            item.Field("name").Require(variable.Name.Length == 0 || names.Add(variable.Name), $"the variable \"{variable.Name}\" is set twice");
            item.Field("value").Require(variable.ValueFrom == EnvValueSource.Inline || !variable.HasValue, "value may only be set when valueFrom is INLINE");
            item.Field("value").Require(variable.Value.Length <= LongestValue, $"at most {LongestValue} characters, found {variable.Value.Length}");
        });
    }

    public static void Ports(FieldScope scope, RepeatedField<PortSelector> ports)
    {
        var numbers = new HashSet<uint>();
        scope.Each("ports", ports, (item, port) =>
        {
            ValueRules.Port(item.Field("number"), port.Number);
            item.Field("number").Require(numbers.Add(port.Number), $"the port {port.Number} is there twice");
        });
    }

    /// <summary>The scheme as Go's <c>url.Parse</c> finds it, empty when there is none; null when the text is no URL.</summary>
    private static string? SchemeOf(string url)
    {
        if (url.Any(char.IsControl) || !HasSoundEscapes(url.Split('?')[0]))
        {
            return null;
        }

        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var slash = url.IndexOf('/', StringComparison.Ordinal);
        if (colon < 0 || (slash >= 0 && slash < colon))
        {
            return "";
        }

        var scheme = url[..colon];
        return scheme.Length > 0 && char.IsAsciiLetter(scheme[0]) && scheme.All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.')
            ? scheme
            : null;
    }

    private static bool HasSoundEscapes(string text)
    {
        for (var position = text.IndexOf('%', StringComparison.Ordinal); position >= 0; position = text.IndexOf('%', position + 1))
        {
            if (position + 2 >= text.Length || !char.IsAsciiHexDigit(text[position + 1]) || !char.IsAsciiHexDigit(text[position + 2]))
            {
                return false;
            }
        }

        return true;
    }
}
