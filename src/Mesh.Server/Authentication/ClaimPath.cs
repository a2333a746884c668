using System.Text.Json;

namespace Mesh.Server.Authentication;

/// <summary>Finds claims by names in which dots go into nested ones.</summary>
internal static class ClaimPath
{
    /// <summary>The claim; null when it is not there. A claim whose own name has dots goes first (<c>https://example.com/role</c>).</summary>
    public static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        if (claims.TryGetProperty(name, out var claim))
        {
            return claim;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name.AsSpan(0, dot), out var nested) ? Find(nested, name[(dot + 1)..]) : null;
    }
}
