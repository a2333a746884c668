using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Mesh.Client.Hosting;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Authentication;

/// <summary>The scheme on a real server, with <c>UseMesh()</c> where a newcomer puts it: behind the authentication that a WebApplication adds by itself.</summary>
public sealed class MeshSchemeTests : IAsyncLifetime
{
    private readonly JwtRig _rig = new();
    private readonly WebApplication _app;
    private HttpClient? _client;

    public MeshSchemeTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        builder.AddMesh();

        // The test is the control plane.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(MeshService)));
        builder.Services.AddAuthentication(MeshAuthenticationDefaults.Scheme).AddMesh(options => options.RoleClaimType = "groups");
        builder.Services.AddAuthorizationBuilder().AddPolicy("writers", policy => policy.RequireClaim("scope", "write"));
        _app = builder.Build();
        _app.UseMesh();
        _app.MapGet("/open", (ClaimsPrincipal user) => user.Identity?.Name ?? "nobody");
        _app.MapGet("/closed", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
        _app.MapGet("/writers", () => "ok").RequireAuthorization("writers");
        _app.MapGet("/admins", () => "ok").RequireAuthorization(policy => policy.RequireRole("admin"));
        _app.MapGet("/claims", () => CallContext.Current?.Claims?.GetProperty("sub").GetString() ?? "none");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(Cancelled);
        var address = new Uri(_app.Urls.Single());
        _client = new HttpClient { BaseAddress = address };
        _rig.Publish(_rig.Provider());
        _rig.CopyTo(_app.Services.GetRequiredService<InboundPolicy>(), address.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _app.DisposeAsync();
        _rig.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/open", HttpStatusCode.OK, "nobody")]
    [InlineData("/closed", HttpStatusCode.Unauthorized, "Jwt is missing")]
    [InlineData("/admins", HttpStatusCode.Unauthorized, "Jwt is missing")]
    public async Task Request_WithoutAToken_IsAnonymous(string path, HttpStatusCode status, string body)
    {
        using var answer = await GetAsync(path, token: null);

        Assert.Equal((status, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
        Assert.Equal(status is HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Bearer"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/open", HttpStatusCode.OK, "alice")]
    [InlineData("/closed", HttpStatusCode.OK, "alice")]
    [InlineData("/writers", HttpStatusCode.OK, "ok")]
    [InlineData("/admins", HttpStatusCode.Forbidden, "")]
    [InlineData("/claims", HttpStatusCode.OK, "alice")]
    public async Task Request_WithAGoodToken_IsItsSubjects(string path, HttpStatusCode status, string body)
    {
        using var answer = await GetAsync(path, _rig.Token(",\"scope\":\"read write\",\"groups\":[\"users\"]"));

        Assert.Equal((status, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/open")]
    [InlineData("/closed")]
    public async Task S80_BadToken_IsRefusedOnceWhereverItGoes(string path)
    {
        using var answer = await GetAsync(path, _rig.Token() + "AAAA");

        Assert.Equal((HttpStatusCode.Unauthorized, "Jwt verification fails"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    [Fact(Timeout = 30_000)]
    public async Task S87_CallsOfTheNextRequest_HaveNoClaims()
    {
        (await GetAsync("/claims", _rig.Token())).Dispose();

        Assert.Equal("none", await (await GetAsync("/claims", token: null)).Content.ReadAsStringAsync(Cancelled));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await _client!.SendAsync(request, Cancelled);
    }
}
