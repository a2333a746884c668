using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Hosting;
using Mesh.ControlPlane.Tests.Hosting;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>Who may do what at the HTTP API (security cases S44, S110 to S113 and S122), for every route of its table.</summary>
public sealed class ApiSecurityTests : IAsyncLifetime
{
    private const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ledger, namespace: bank}
        spec: {selector: {app: ledger}, ports: [{name: http, port: 80}]}
        """;

    private RunningControlPlane _mesh = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await RunningControlPlane.StartAsync(Services, configure: options => options.Authentication = ApiAuthentication.Required);
        _mesh.Logs.Expect("ApiRefused");
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _mesh.HttpAddress };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _mesh.DisposeAsync();
    }

    [Fact]
    public async Task S110_EveryRouteButHealth_RefusesWhoShowsNoGoodToken()
    {
        var revoked = _mesh.State.Security.Tokens.CreateApi("x", [new RoleGrant(Role.Admin, null)], TimeSpan.FromHours(1));
        _mesh.State.Security.Tokens.Revoke(revoked.Record.Id);
        foreach (var route in Routes().Where(route => route.Permission != Permission.Public))
        {
            foreach (var token in new[] { null, "mesh_a.b", revoked.Text, revoked.Text + "x" })
            {
                using var response = await SendAsync(route.Method, Fill(route), token);

                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
                Assert.Equal("Status", (await ReadAsync(response))["kind"]!.ToString());
            }
        }
    }

    [Fact]
    public async Task S110_IdentityToken_IsNoTokenOfTheApi()
    {
        var identity = _mesh.State.Security.Tokens.CreateIdentity(
            Mesh.Protocol.Spiffe.SpiffeId.Of("cluster.local", "default", "reviews"), TimeSpan.FromHours(1));

        using var response = await SendAsync("GET", "/debug/syncz", identity.Text);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task S111_EveryRoute_IsOpenToExactlyTheRolesThatHoldItsPermission()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var token = Token(new RoleGrant(role, null));
            foreach (var route in Routes().Where(route => route.Permission != Permission.Public && !RolePermissions.Allows(role, route.Permission)))
            {
                using var response = await SendAsync(route.Method, Fill(route), token);

                Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{RoleName.Of(role)} {route}: {response.StatusCode}");
            }

            foreach (var route in Routes().Where(route => RolePermissions.Allows(role, route.Permission) && route.Method == "GET"))
            {
                using var response = await SendAsync(route.Method, Fill(route), token);

                Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{RoleName.Of(role)} {route}: {response.StatusCode}");
            }
        }
    }

    [Fact]
    public void S111_RouteTable_NamesAPermissionForEverythingAndHidesNothingThatChanges()
    {
        Assert.NotEmpty(Routes());
        Assert.All(Routes(), route => Assert.True(Enum.IsDefined(route.Permission)));
        Assert.DoesNotContain(Routes(), route => route.Permission == Permission.Public && route.Method != "GET");

        // Who asks what he may changes nothing (Kubernetes' self subject reviews).
        Assert.All(Routes().Where(route => route.Method != "GET" && !route.Pattern.Contains("/self", StringComparison.Ordinal)), route => Assert.False(RolePermissions.Allows(Role.Viewer, route.Permission), route.ToString()));
    }

    [Fact]
    public async Task S44_ViewerOfOneNamespace_SeesNoWordOfAnother()
    {
        var token = Token(new RoleGrant(Role.Viewer, "default"));
        foreach (var page in new[] { "/debug/registryz", "/debug/configz", "/debug/syncz", "/api/v1/clients", "/api/v1/edges" })
        {
            using var response = await SendAsync("GET", page, token);
            var text = await response.Content.ReadAsStringAsync(Cancellation);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.DoesNotContain("ledger", text, StringComparison.Ordinal);
        }

        using var other = await SendAsync("GET", "/api/v1/namespaces/bank/workloads/ledger/inbound", token);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    [Fact]
    public async Task S112_SecurityAdminOfOneNamespace_MakesTokensThereAlone()
    {
        var token = Token(new RoleGrant(Role.SecurityAdmin, "default"));

        using var own = await SendAsync("POST", "/api/v1/tokens", token, new JsonObject { ["namespace"] = "default", ["serviceAccount"] = "reviews" });
        using var other = await SendAsync("POST", "/api/v1/tokens", token, new JsonObject { ["namespace"] = "bank", ["serviceAccount"] = "ledger" });
        using var roots = await SendAsync("POST", "/api/v1/ca/roots", token, []);
        using var access = await SendAsync("POST", "/api/v1/api-tokens", token, new JsonObject { ["name"] = "me", ["roles"] = new JsonArray("admin") });

        Assert.Equal(HttpStatusCode.Created, own.StatusCode);
        Assert.All([other, roots, access], response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));
    }

    [Fact]
    public async Task S113_ChangeWithABodyThatAFormCanSend_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/ca/roots") { Content = new StringContent("{}", MediaTypeHeaderValue.Parse("text/plain")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(new RoleGrant(Role.Admin, null)));

        using var response = await _client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task S122_DevelopmentMode_RefusesPagesOfOtherSites(string header, string value)
    {
        await using var mesh = await RunningControlPlane.StartAsync(Services);
        mesh.Logs.Expect("ApiRefused");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.HttpAddress, "/debug/configz"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await _client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public void DevelopmentMode_OnAnAddressOthersReach_IsRefusedUnlessForced()
    {
        var options = new MeshControlPlaneOptions { Address = "0.0.0.0", Authentication = ApiAuthentication.LoopbackDevelopment };
        var validator = new MeshControlPlaneOptionsValidator();

        Assert.Contains("LoopbackDevelopment", validator.Validate(null, options).FailureMessage, StringComparison.Ordinal);
        options.ForceDevelopment = true;
        Assert.True(validator.Validate(null, options).Succeeded);
    }

    private ApiRoute[] Routes() => [.. ApiRoutes.Of(_mesh.State, new MeshControlPlaneOptions(), CancellationToken.None)];

    private static string Fill(ApiRoute route) => System.Text.RegularExpressions.Regex.Replace(route.Pattern, @"\{\**\w+\}", "default");

    private string Token(RoleGrant grant) => _mesh.State.Security.Tokens.CreateApi("test", [grant], TimeSpan.FromHours(1)).Text;

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? token, JsonObject? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(body ?? []) : null };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return _client.SendAsync(request, Cancellation);
    }
}
