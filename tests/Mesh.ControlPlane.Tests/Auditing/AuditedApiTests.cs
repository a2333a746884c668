using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Auditing;
using Mesh.ControlPlane.Tests.Hosting;

namespace Mesh.ControlPlane.Tests.Auditing;

/// <summary>What the API of a running control plane puts on record.</summary>
public sealed class AuditedApiTests : IAsyncLifetime
{
    private RunningControlPlane _mesh = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await RunningControlPlane.StartAsync(configure: options => options.Authentication = ApiAuthentication.Required);
        _mesh.Logs.Expect("ApiRefused");
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _mesh.HttpAddress };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _mesh.DisposeAsync();
    }

    [Fact]
    public async Task Change_WhenItIsAnswered_IsOnRecordWithWhoAndWhyAndNoSecret()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/api-tokens", Token(Role.Admin), new JsonObject { ["name"] = "bob", ["roles"] = new JsonArray("viewer") });
        var secret = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["token"]!.ToString();

        var entry = Assert.Single(_mesh.State.Security.Audit.Find(new AuditQuery { Action = AuditAction.Write }));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(("ann", "POST", "/api/v1/api-tokens", 201, "ticket 7"), (entry.Event.Actor, entry.Event.Operation, entry.Event.Target, entry.Event.Code, entry.Event.Reason));
        Assert.DoesNotContain(secret, entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_ThatIsRefused_IsOnRecord()
    {
        using var nobody = await SendAsync(HttpMethod.Get, "/api/v1/api-tokens", null);
        using var viewer = await SendAsync(HttpMethod.Post, "/api/v1/api-tokens", Token(Role.Viewer), []);

        var entries = (await SettledAsync()).Where(entry => entry.Event.Action == AuditAction.Denied).Select(entry => (entry.Event.Operation, entry.Event.Code)).ToArray();

        Assert.Contains(("GET", 401), entries);
        Assert.Contains(("POST", 403), entries);
    }

    [Fact]
    public async Task Question_IsNotOnRecord()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/clients", Token(Role.Viewer));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(await SettledAsync(), entry => entry.Event.Target == "/api/v1/clients");
    }

    [Fact]
    public async Task Audit_AskedFor_IsForAuditorsAndOfTheirNamespaceOnly()
    {
        using var viewer = await SendAsync(HttpMethod.Get, "/api/v1/audit", Token(Role.Viewer));
        using var everywhere = await SendAsync(HttpMethod.Get, "/api/v1/audit", Token(Role.Auditor, "shop"));
        using var own = await SendAsync(HttpMethod.Get, "/api/v1/audit?namespace=shop", Token(Role.Auditor, "shop"));
        using var others = await SendAsync(HttpMethod.Get, "/api/v1/audit?namespace=bank", Token(Role.Auditor, "shop"));
        using var wrong = await SendAsync(HttpMethod.Get, "/api/v1/audit?limit=0", Token(Role.Auditor));
        using var verified = await SendAsync(HttpMethod.Get, "/api/v1/audit/verification", Token(Role.Auditor));

        Assert.Equal(HttpStatusCode.Forbidden, viewer.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, everywhere.StatusCode);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.True((await verified.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["intact"]!.GetValue<bool>());
    }

    /// <summary>Everything on record once what was noted so far is: one writer keeps the order.</summary>
    private async Task<IEnumerable<AuditEntry>> SettledAsync()
    {
        var audit = _mesh.State.Security.Audit;
        await audit.RecordAsync(new AuditEvent(AuditAction.Write, "test", "-", "settled"), Cancellation);
        return audit.Find(new AuditQuery { Limit = AuditQuery.MaxLimit });
    }

    private string Token(Role role, string? ns = null) => _mesh.State.Security.Tokens.CreateApi("ann", [new RoleGrant(role, ns)], TimeSpan.FromHours(1)).Text;

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("X-Mesh-Reason", "ticket 7");
        return await _client.SendAsync(request, Cancellation);
    }
}
