namespace Mesh.Config.Validation.Rules;

/// <summary>The protocol names of ports.</summary>
internal static class Protocols
{
    private static readonly HashSet<string> Http = new(StringComparer.OrdinalIgnoreCase) { "grpc", "grpc-web", "http", "http_proxy", "http2" };
    private static readonly HashSet<string> Tls = new(StringComparer.OrdinalIgnoreCase) { "https", "tls" };
    private static readonly HashSet<string> Other = new(StringComparer.OrdinalIgnoreCase) { "tcp", "udp", "mongo", "redis", "mysql" };

    public static bool IsHttp(string protocol) => Http.Contains(protocol);

    public static bool IsTls(string protocol) => Tls.Contains(protocol);

    /// <summary>TCP, or to be detected.</summary>
    public static bool IsTcpOrUnset(string protocol) => protocol.Length == 0 || protocol.Equals("tcp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Empty means that the protocol is detected.</summary>
    public static void Check(FieldScope scope, string protocol) => scope.Require(
        protocol.Length == 0 || IsHttp(protocol) || IsTls(protocol) || Other.Contains(protocol),
        $"unknown protocol \"{protocol}\"; use one of {string.Join(", ", Http.Concat(Tls).Concat(Other).Select(name => name.ToUpperInvariant()))}");
}
