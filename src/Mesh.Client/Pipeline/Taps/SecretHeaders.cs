namespace Mesh.Client.Pipeline.Taps;

/// <summary>Knows the headers that are never told, whoever asks.</summary>
internal static class SecretHeaders
{
    private static readonly string[] Names = ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-forwarded-client-cert", "x-envoy-peer-metadata"];

    private static readonly string[] Parts = ["token", "secret", "password", "passwd", "api-key", "apikey", "session", "credential", "signature", "jwt", "auth"];

    public static bool Is(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
