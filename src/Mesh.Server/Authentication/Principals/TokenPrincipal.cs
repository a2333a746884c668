using System.Security.Claims;
using System.Text.Json;
using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Authentication.Principals;

/// <summary>Makes the user of a request from its token and its peer.</summary>
internal static class TokenPrincipal
{
    private const string AuthenticationType = "Mesh";
    private const string ScopeClaim = "scope";

    // As JwtSecurityTokenHandler marks claims that hold JSON.
    private const string JsonValueType = "JSON";

    public static ClaimsPrincipal Create(RequestToken? token, SpiffeId? peer, MeshAuthenticationOptions options)
    {
        // Who is nothing but a peer is named by it.
        var nameType = token is null ? MeshAuthenticationDefaults.PeerClaimType : options.NameClaimType;
        var identity = new ClaimsIdentity(AuthenticationType, nameType, options.RoleClaimType);
        if (token is not null)
        {
            foreach (var claim in token.Claims.EnumerateObject())
            {
                // A client must not choose who its peer is.
                if (claim.Name != MeshAuthenticationDefaults.PeerClaimType)
                {
                    Add(identity, claim.Name, claim.Value, token.Issuer);
                }
            }
        }

        if (peer is not null)
        {
            identity.AddClaim(new Claim(MeshAuthenticationDefaults.PeerClaimType, peer.ToString(), ClaimValueTypes.String, peer.TrustDomain));
        }

        return new ClaimsPrincipal(identity);
    }

    private static void Add(ClaimsIdentity identity, string name, JsonElement value, string issuer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Add(identity, name, element, issuer);
                }

                break;
            case JsonValueKind.String when name == ScopeClaim:
                foreach (var scope in value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    identity.AddClaim(new Claim(name, scope, ClaimValueTypes.String, issuer));
                }

                break;
            case JsonValueKind.Null:
                break;
            default:
                identity.AddClaim(new Claim(name, Text(value), ValueType(value), issuer));
                break;
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    private static string ValueType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ClaimValueTypes.String,
        JsonValueKind.True or JsonValueKind.False => ClaimValueTypes.Boolean,
        JsonValueKind.Number => value.TryGetInt64(out _) ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double,
        _ => JsonValueType,
    };
}
