using System.Collections.Frozen;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Model.Apis;
using Mesh.Server.Apis.Keys;
using Mesh.Server.Rules;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.Apis;

/// <summary>Whose key a request bears, and what becomes of it.</summary>
public sealed class ApiKeyStageTests
{
    private const string Good = "good-key-0123456789";
    private static readonly ApiConsumer Acme = new("shop/acme", "shop/gold", IsSuspended: false);

    private readonly FakeTimeProvider _time = new();
    private readonly ApiKeyStage _stage;
    private HttpContext? _reached;

    public ApiKeyStageTests() => _stage = new ApiKeyStage(new InboundPolicy(), _time, NullLogger<ApiKeyStage>.Instance);

    [Fact]
    public async Task Request_WithAGoodKey_PassesWithoutItAndWithTheConsumersName()
    {
        var context = await RunAsync(Rule(), request => request.Headers["x-api-key"] = Good);

        Assert.Same(context, _reached);
        Assert.Equal("shop/acme", context.Request.Headers[ApiKeyStage.ConsumerHeader]);
        Assert.False(context.Request.Headers.ContainsKey("x-api-key"));
        Assert.Equal(Acme, context.Features.Get<RequestConsumer>()!.Consumer);
    }

    [Theory]
    [InlineData("", 401, "ApiKey")]
    [InlineData("good-key-012345678", 401, "ApiKey")]
    [InlineData("GOOD-KEY-0123456789", 401, "ApiKey")]
    public async Task Request_WithoutAGoodKey_IsAnswered401(string key, int status, string challenge)
    {
        var context = await RunAsync(Rule(), request => request.Headers["x-api-key"] = key);

        Assert.Null(_reached);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(challenge, context.Response.Headers.WWWAuthenticate);
    }

    [Fact]
    public async Task Request_WithTwoKeys_HasNone()
    {
        var context = await RunAsync(Rule(), request => request.Headers["x-api-key"] = new string[] { Good, Good });

        Assert.Equal(401, context.Response.StatusCode);
    }

    [Fact]
    public async Task Key_BehindItsTime_IsGoodNoMore()
    {
        var until = _time.GetUtcNow().AddMinutes(1);
        Assert.Equal(200, (await RunAsync(Rule(), WithKey, Acme, until)).Response.StatusCode);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(401, (await RunAsync(Rule(), WithKey, Acme, until)).Response.StatusCode);
    }

    [Theory]
    [InlineData("shop/acme", false, 403, "shop/other")]
    [InlineData("shop/acme", true, 403, "")]
    [InlineData("shopping/acme", false, 401, "")]
    public async Task Consumer_WhoMayNotCall_IsRefused(string name, bool isSuspended, int status, string onlyConsumer)
    {
        var rule = Rule() with { Consumers = onlyConsumer.Length == 0 ? [] : new[] { onlyConsumer }.ToFrozenSet() };

        Assert.Equal(status, (await RunAsync(rule, WithKey, new ApiConsumer(name, "", isSuspended))).Response.StatusCode);
        Assert.Null(_reached);
    }

    [Fact]
    public async Task Consumer_OfAnAdmittedPlan_Passes()
    {
        var rule = Rule() with { Consumers = new[] { "shop/other" }.ToFrozenSet(), Plans = new[] { "shop/gold" }.ToFrozenSet() };

        Assert.Equal(200, (await RunAsync(rule, WithKey)).Response.StatusCode);
    }

    [Fact]
    public async Task Anonymous_WhereItIsAllowed_PassesAsNobody()
    {
        var rule = Rule() with { AllowsAnonymous = true };

        var context = await RunAsync(rule, request => request.Headers[ApiKeyStage.ConsumerHeader] = "shop/acme");

        Assert.NotNull(_reached);
        Assert.Null(context.Features.Get<RequestConsumer>()!.Consumer);
        Assert.False(context.Request.Headers.ContainsKey(ApiKeyStage.ConsumerHeader));
        Assert.Equal(401, (await RunAsync(rule, request => request.Headers["x-api-key"] = "wrong")).Response.StatusCode);
    }

    [Fact]
    public async Task Key_InTheQueryOrBehindAScheme_IsFoundAndTakenOff()
    {
        var rule = Rule() with { Places = [new ApiKeyPlace(ApiKeyPlaceKind.Authorization, "Bearer"), new ApiKeyPlace(ApiKeyPlaceKind.QueryParameter, "key")] };

        var query = await RunAsync(rule, request => request.QueryString = new QueryString($"?a=%20&key={Good}&b"));
        Assert.Equal("?a=%20&b", query.Request.QueryString.Value);

        var header = await RunAsync(rule, request => request.Headers.Authorization = $"bearer {Good}");
        Assert.Equal(200, header.Response.StatusCode);
        Assert.False(header.Request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Preflight_OfABrowser_NeedsNoKey()
    {
        await RunAsync(Rule(), request =>
        {
            request.Method = "OPTIONS";
            request.Headers.Origin = "https://shop.example";
            request.Headers.AccessControlRequestMethod = "GET";
        });

        Assert.NotNull(_reached);
    }

    private static void WithKey(HttpRequest request) => request.Headers["x-api-key"] = Good;

    private static ApiAccessRule Rule() => new("shop/api/orders", "shop") { Places = [new ApiKeyPlace(ApiKeyPlaceKind.Header, "x-api-key")] };

    private async Task<HttpContext> RunAsync(ApiAccessRule rule, Action<HttpRequest> ask, ApiConsumer? consumer = null, DateTimeOffset? notAfter = null)
    {
        var keys = new Dictionary<ApiKeyDigest, ApiKey> { [ApiKeyDigest.Of(Good)] = new(consumer ?? Acme, "first", notAfter) };
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        ask(context.Request);
        AdmittedPort.Keep(context, new InboundPort { Routes = new RouteConfiguration("", []), ApiKeys = new ApiKeyPolicy([rule], keys.ToFrozenDictionary()) });
        _reached = null;
        await _stage.Wrap(reached =>
        {
            _reached = reached;
            return Task.CompletedTask;
        })(context);
        return context;
    }
}
