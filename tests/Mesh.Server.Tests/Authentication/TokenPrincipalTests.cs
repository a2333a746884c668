using System.Security.Claims;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authentication;
using Mesh.Server.Authentication.Principals;

namespace Mesh.Server.Tests.Authentication;

public sealed class TokenPrincipalTests
{
    [Fact]
    public void Principal_OfAToken_HasEveryClaim()
    {
        var token = new RequestToken
        {
            Issuer = JwtRig.Issuer,
            Subject = "alice",
            Claims = System.Text.Json.JsonElement.Parse(
                """{"sub":"alice","n":7,"x":1.5,"ok":true,"no":null,"scope":"a b","roles":["r1","r2"],"address":{"city":"B"},"spiffe_id":"spiffe://evil/ns/a/sa/b"}"""),
        };
        Assert.True(SpiffeId.TryParse("spiffe://cluster.local/ns/default/sa/web", out var peer, out _));

        var user = TokenPrincipal.Create(token, peer, new MeshAuthenticationOptions());

        Assert.True(user.IsInRole("r2"));
        Assert.Equal("alice", user.Identity!.Name);
        Assert.Equal(
            ["address={\"city\":\"B\"}", "n=7", "ok=true", "roles=r1", "roles=r2", "scope=a", "scope=b", "spiffe_id=spiffe://cluster.local/ns/default/sa/web", "sub=alice", "x=1.5"],
            user.Claims.Select(claim => $"{claim.Type}={claim.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(ClaimValueTypes.Integer64, user.FindFirst("n")!.ValueType);
        Assert.All(user.FindAll("sub"), claim => Assert.Equal(JwtRig.Issuer, claim.Issuer));
    }

    [Fact]
    public void Principal_OfAPeerAlone_IsNamedByIt()
    {
        Assert.True(SpiffeId.TryParse("spiffe://cluster.local/ns/default/sa/web", out var peer, out _));

        var user = TokenPrincipal.Create(token: null, peer, new MeshAuthenticationOptions());

        Assert.True(user.Identity!.IsAuthenticated);
        Assert.Equal(peer.ToString(), user.Identity.Name);
    }
}
