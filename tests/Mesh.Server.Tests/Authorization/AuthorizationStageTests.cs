using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Microsoft.AspNetCore.Builder;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>What a caller gets, over a real server.</summary>
public sealed class AuthorizationStageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ThatIsDenied_GetsEnvoysAnswerAndNoReason()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("ns[shop]-policy[secret-name]-rule[0]")));

        using var response = await rig.SendAsync("/orders/1");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("RBAC: access denied", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.DoesNotContain("secret-name", response.Headers.ToString(), StringComparison.Ordinal);
        var entry = Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RequestDenied");
        Assert.Contains("ns[shop]-policy[secret-name]-rule[0]", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denial_OfAnAllowList_LogsTheConditionThatFails()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("readers", Header(":method", "GET"), Exact(Cart))));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1", Audit));

        var entry = Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RequestDenied");
        Assert.Contains($"readers lacks principal '{Cart}'", entry.Message, StringComparison.Ordinal);
        Assert.Contains(Audit, entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denial_OfAGrpcCall_IsTrailersOnlyPermissionDenied()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Get") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");

        using var response = await rig.Client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("7", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("RBAC: access denied", Uri.UnescapeDataString(response.Headers.GetValues("grpc-message").Single()));
    }

    [Fact]
    public async Task S56_OnlyNotPrincipals_DenyACallerWithoutIdentity()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("all-but-audit", principal: new Not(Exact(Audit)))));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/orders/1", Cart));
        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1", Audit));
        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1"));
    }

    [Fact]
    public async Task S56_NotPrincipalsInADenyRule_RefuseACallerWithoutIdentity()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("only-cart", principal: new Not(Exact(Cart)))));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/orders/1", Cart));
        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1"));
    }

    [Fact]
    public async Task S56_AnyAuthenticated_IsNoCallerWithoutIdentity()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("meshed", principal: new PrincipalCondition(Id: null))));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/orders/1", Cart));
        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1"));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("GeT")]
    [InlineData("dELETE")]
    public async Task S62_MethodInAnotherCase_IsABadRequest(string method)
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("no-reads", Header(":method", "GET"))));

        Assert.StartsWith("HTTP/1.1 400 ", await rig.SendRawAsync("/orders/1", method), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S62_OverrideHeader_ChangesNothing()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("posts", Header(":method", "POST"))));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/orders/1", headers: ("X-HTTP-Method-Override", "POST")));
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("SHOP.Example")]
    [InlineData("shop.example:8443")]
    [InlineData("shop.example.")]
    [InlineData("shop.example.:80")]
    [InlineData("SHOP.EXAMPLE.:9080")]
    public async Task S63_HostInAnySpelling_IsTheSame(string host)
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("shop", Header(":authority", "shop.example"))));
        Assert.StartsWith("HTTP/1.1 403 ", await rig.SendRawAsync("/orders/1", host: host), StringComparison.Ordinal);

        rig.Apply(Filter(RbacAction.Allow, Policy("shop", Header(":authority", "shop.example"))));
        Assert.StartsWith("HTTP/1.1 200 ", await rig.SendRawAsync("/orders/1", host: host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S63_InternationalName_IsComparedAsItIsSent()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("books", Header(":authority", "bücher.example"))));

        Assert.StartsWith("HTTP/1.1 403 ", await rig.SendRawAsync("/orders/1", host: "xn--bcher-kva.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S63_TwoHosts_AreABadRequest()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("all")));

        Assert.StartsWith("HTTP/1.1 400 ", await rig.SendRawAsync("/orders/1", headers: "Host: other\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await rig.SendRawAsync("http://other/orders/1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-H : v\r\n")]
    [InlineData("X H: v\r\n")]
    [InlineData("X-H\t: v\r\n")]
    [InlineData("X\u0001H: v\r\n")]
    [InlineData("X\u007fH: v\r\n")]
    public async Task S65_HeaderNameThatIsNoToken_IsABadRequest(string header)
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("all")));

        Assert.StartsWith("HTTP/1.1 400 ", await rig.SendRawAsync("/orders/1", headers: header), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S70_DryRun_EnforcesNothingAndTells()
    {
        await using var rig = await StartAsync();
        rig.Apply(Shadow(RbacAction.Deny, Policy("trial")), Shadow(RbacAction.Allow, Policy("others", principal: Exact(Cart))));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/orders/1"));

        Assert.Equal(2, rig.Logs.Entries.Count(entry => entry.EventName == "DryRunWouldDeny"));
        Assert.DoesNotContain(rig.Logs.Entries, entry => entry.EventName == "RequestDenied");
    }

    [Fact]
    public async Task S70_Audit_OnlyTells()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Log, Policy("watched", Path("/orders", StringMatchKind.Prefix))));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/orders/1", Cart));

        var entry = Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RequestAudited");
        Assert.Contains("watched", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Logs.Entries, entry => entry.EventName == "DryRunWouldDeny");
    }

    [Fact]
    public async Task Rules_OnTheRouteTemplate_GoByTheEndpoint()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Deny, Policy("orders", new EndpointRouteCondition(new StringMatch(StringMatchKind.Exact, "orders/{id}", IgnoreCase: false)))));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/ORDERS/7/"));
        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/other"));
    }

    private static Task<AuthorizationRig> StartAsync() => AuthorizationRig.StartAsync(static app =>
    {
        app.MapGet("/orders/{id}", (string id) => id);
        app.MapFallback(() => "elsewhere");
    });
}
