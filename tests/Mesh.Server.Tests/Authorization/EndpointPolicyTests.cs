using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>Policies on endpoints.</summary>
public sealed class EndpointPolicyTests
{
    private const string CartPrincipal = "cluster.local/ns/shop/sa/cart";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/principal", Cart, 200)]
    [InlineData("/principal", Audit, 403)]
    [InlineData("/principal", null, 403)]
    [InlineData("/PRINCIPAL/", Audit, 403)]
    [InlineData("/x/../%70rincipal", Audit, 403)]
    [InlineData("/prefix", Cart, 200)]
    [InlineData("/prefix", Audit, 403)]
    [InlineData("/suffix", Cart, 200)]
    [InlineData("/suffix", Audit, 403)]
    [InlineData("/namespace", Cart, 200)]
    [InlineData("/namespace", Audit, 403)]
    [InlineData("/account", Cart, 200)]
    [InlineData("/account", Audit, 403)]
    [InlineData("/own-account", Cart, 403)]
    [InlineData("/own-account", "spiffe://cluster.local/ns/default/sa/cart", 200)]
    [InlineData("/anyone", Audit, 200)]
    [InlineData("/anyone", null, 403)]
    [InlineData("/both", Cart, 200)]
    [InlineData("/both", "spiffe://cluster.local/ns/shop/sa/other", 403)]
    [InlineData("/token", Cart, 403)]
    [InlineData("/group/inner", Cart, 200)]
    [InlineData("/group/inner", Audit, 403)]
    [InlineData("/attribute", Cart, 200)]
    [InlineData("/attribute", Audit, 403)]
    [InlineData("/Attribute/", null, 403)]
    [InlineData("/open", null, 200)]
    public async Task Endpoint_WithAPolicy_IsOpenToThoseWhoMeetIt(string path, string? peer, int status)
    {
        await using var rig = await AuthorizationRig.StartAsync(Map);

        Assert.Equal((HttpStatusCode)status, await rig.StatusAsync(path, peer));
    }

    [Fact]
    public async Task Endpoint_WithAPolicy_NeedsThePoliciesOfThePortToo()
    {
        await using var rig = await AuthorizationRig.StartAsync(Map);
        rig.Apply(Filter(Client.Model.Authorization.RbacAction.Deny, Policy("nobody")));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/principal", Cart));
    }

    [Theory]
    [InlineData("/principal")]
    [InlineData("/attribute")]
    public async Task Endpoint_WithoutUseMesh_IsShut(string path)
    {
        await using var app = await StartAsync(static app => { });
        using var client = new HttpClient();

        using var response = await client.GetAsync(app.Urls.Single() + path, Cancelled);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Theory]
    [InlineData("/principal")]
    [InlineData("/attribute")]
    public async Task Endpoint_WithUseMeshBeforeRouting_IsShut(string path)
    {
        await using var app = await StartAsync(static app =>
        {
            app.UseMesh();
            app.UseRouting();
        });
        using var client = new HttpClient();

        using var response = await client.GetAsync(app.Urls.Single() + path, Cancelled);

        Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Claims_WithoutAnEqualsSign_AreRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            new Server.Authorization.Endpoints.EndpointRule([new MeshPolicyAttribute { Claims = ["role"] }], "default"));

        Assert.Contains("name=value", error.Message, StringComparison.Ordinal);
    }

    [MeshPolicy(Principals = [CartPrincipal])]
    private static string ByAttribute() => "attribute";

    private static void Map(WebApplication app)
    {
        app.MapGet("/principal", () => "").RequireMesh(CartPrincipal);
        app.MapGet("/prefix", () => "").RequireMesh("cluster.local/ns/shop/*");
        app.MapGet("/suffix", () => "").RequireMesh("*/sa/cart");
        app.MapGet("/namespace", () => "").RequireMesh(new MeshPolicyAttribute { Namespaces = ["shop", "x"] });
        app.MapGet("/account", () => "").RequireMesh(new MeshPolicyAttribute { ServiceAccounts = ["shop/cart"] });
        app.MapGet("/own-account", () => "").RequireMesh(new MeshPolicyAttribute { ServiceAccounts = ["cart"] });
        app.MapGet("/anyone", () => "").RequireMesh();
        app.MapGet("/both", () => "").RequireMesh(new MeshPolicyAttribute { Namespaces = ["shop"] }, new MeshPolicyAttribute { Principals = [CartPrincipal] });
        app.MapGet("/token", () => "").RequireMesh(new MeshPolicyAttribute { RequestPrincipals = ["*"], Claims = ["role=admin"] });
        app.MapGroup("/group").RequireMesh(new MeshPolicyAttribute { Namespaces = ["shop"] }).MapGet("/inner", () => "");
        app.MapGet("/attribute", ByAttribute);
        app.MapGet("/open", () => "");
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.AddMesh(static options => options.ControlPlane.Add("http://127.0.0.1:1"));
        var app = builder.Build();
        use(app);
        Map(app);
        await app.StartAsync(Cancelled);
        return app;
    }
}
