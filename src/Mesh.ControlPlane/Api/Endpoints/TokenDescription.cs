using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>What the API says of any token: never its secret, nor the hash of it.</summary>
internal static class TokenDescription
{
    public static JsonObject Of(TokenRecord token, string kind, DateTimeOffset now) => new()
    {
        ["apiVersion"] = ApiCall.Version,
        ["kind"] = kind,
        ["id"] = token.Id,
        ["createdAt"] = token.CreatedAt.ToString("O"),
        ["expiresAt"] = token.ExpiresAt.ToString("O"),
        ["creator"] = token.Creator,
        ["state"] = token.ExpiresAt <= now ? "expired" : token.UsedAt is not null ? "used" : "active",
    };
}
