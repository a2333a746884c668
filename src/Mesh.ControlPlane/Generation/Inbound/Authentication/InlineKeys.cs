using System.Text.Json;

namespace Mesh.ControlPlane.Generation.Inbound.Authentication;

/// <summary>Key sets as they are written to servers.</summary>
internal static class InlineKeys
{
    /// <summary>No keys: every token is refused.</summary>
    public const string None = """{"keys":[]}""";

    /// <summary>A resource may hold a single key, which Istio takes for a set of one.</summary>
    public static string Of(string jwks)
    {
        using var document = JsonDocument.Parse(jwks);
        return document.RootElement.TryGetProperty("keys", out _) ? jwks : $$"""{"keys":[{{jwks}}]}""";
    }
}
