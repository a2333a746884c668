using System.Collections.Frozen;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Server.Cors;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Tests.Cors;

/// <summary>The rules of Envoy's CORS filter, row by row.</summary>
public sealed class CorsStageTests
{
    private const int Port = 9080;
    private const string Origin = "https://shop.example";

    private static readonly CorsPolicy Full = new()
    {
        AllowOrigins = [Match(StringMatchKind.Exact, Origin)],
        AllowMethods = "GET,POST",
        AllowHeaders = "x-user",
        ExposeHeaders = "x-total",
        MaxAge = "600",
        AllowCredentials = true,
    };

    private readonly InboundPolicy _policy = new();
    private readonly CorsStage _stage;
    private int _reached;

    public CorsStageTests() => _stage = new CorsStage(new InboundRules(_policy, new Random(7)));

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_IsAnsweredBeforeTheApp()
    {
        var answer = await PreflightAsync(Full, Origin);

        Assert.Equal(0, _reached);
        Assert.Equal(200, answer.StatusCode);
        Assert.Equal(
            [
                new("Access-Control-Allow-Credentials", "true"),
                new("Access-Control-Allow-Headers", "x-user"),
                new("Access-Control-Allow-Methods", "GET,POST"),
                new("Access-Control-Allow-Origin", Origin),
                new("Access-Control-Max-Age", "600"),
            ],
            answer.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())).OrderBy(header => header.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_GoesOnByDefault()
    {
        var answer = await PreflightAsync(Full, "https://evil.example");

        Assert.Equal(1, _reached);
        Assert.Empty(answer.Headers);
    }

    [Fact]
    public async Task Preflight_OfAnotherOriginNotForwarded_IsAnsweredWithoutLeave()
    {
        var answer = await PreflightAsync(Full with { ForwardsUnmatchedPreflights = false }, "https://evil.example");

        Assert.Equal(0, _reached);
        Assert.Equal(200, answer.StatusCode);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.Equal("GET,POST", answer.Headers.AccessControlAllowMethods);
    }

    [Fact]
    public async Task Preflight_WithStars_RepeatsWhatIsAsked()
    {
        var answer = await PreflightAsync(Full with { AllowMethods = "*", AllowHeaders = "*" }, Origin);

        Assert.Equal("DELETE", answer.Headers.AccessControlAllowMethods);
        Assert.Equal("x-asked, x-more", answer.Headers.AccessControlAllowHeaders);
    }

    [Fact]
    public async Task Preflight_OfABarePolicy_SaysOnlyTheOrigin()
    {
        var answer = await PreflightAsync(new CorsPolicy { AllowOrigins = Full.AllowOrigins }, Origin);

        Assert.Equal(["Access-Control-Allow-Origin"], answer.Headers.Keys);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("OPTIONS", false)]
    public async Task Request_ThatIsNoPreflight_GoesOn(string method, bool asksForMethod)
    {
        await SendAsync(Full, Origin, method, asksForMethod);

        Assert.Equal(1, _reached);
    }

    [Theory]
    [InlineData("Exact", Origin, Origin, true)]
    [InlineData("Exact", Origin, "https://SHOP.example", false)]
    [InlineData("Exact", Origin, "https://shop.example.evil", false)]
    [InlineData("Exact", "*", "https://anybody", true)]
    [InlineData("Prefix", "https://shop", "https://shop.example:8443", true)]
    [InlineData("Prefix", "https://shop", "http://shop.example", false)]
    [InlineData("Regex", @"https://[a-z]+\.example", Origin, true)]
    [InlineData("Regex", @"https://[a-z]+\.example", "https://a.example.evil", false)]
    [InlineData("Regex", ".*", "null", true)]
    public async Task Answer_ToAnOrigin_GivesLeaveIfItMatches(string kind, string value, string origin, bool isAllowed)
    {
        var answer = await SendAsync(Full with { AllowOrigins = [Match(Enum.Parse<StringMatchKind>(kind), value)] }, origin, "GET", asksForMethod: false);

        Assert.Equal(isAllowed ? origin : "", answer.Headers.AccessControlAllowOrigin.ToString());
        Assert.Equal(isAllowed ? "x-total" : "", answer.Headers.AccessControlExposeHeaders.ToString());
        Assert.Equal(isAllowed ? "true" : "", answer.Headers.AccessControlAllowCredentials.ToString());
    }

    [Fact]
    public async Task Answer_WithLeaveOfTheAppsOwn_IsTheMeshs()
    {
        var answer = await SendAsync(Full, Origin, "GET", asksForMethod: false, response => response.Headers.AccessControlAllowOrigin = "*");

        Assert.Equal(Origin, answer.Headers.AccessControlAllowOrigin);
    }

    [Fact]
    public async Task Request_WithoutAnOrigin_IsLeftAlone()
    {
        var answer = await SendAsync(Full, origin: null, "OPTIONS", asksForMethod: true);

        Assert.Equal(1, _reached);
        Assert.Empty(answer.Headers);
    }

    [Fact]
    public async Task Request_OnARouteWithoutAPolicy_IsLeftAlone()
    {
        Publish([Route("/other", cors: null), Route("/", Full)]);

        var answer = await RunAsync(Origin, "GET", asksForMethod: false, path: "/other/a");

        Assert.Empty(answer.Headers);
    }

    [Fact]
    public async Task Request_AtAnotherPort_IsLeftAlone()
    {
        Publish([Route("/", Full)]);

        var answer = await RunAsync(Origin, "GET", asksForMethod: false, port: Port + 1);

        Assert.Empty(answer.Headers);
    }

    [Fact]
    public async Task Request_AfterAChange_FollowsTheNewRules()
    {
        await SendAsync(Full, Origin, "GET", asksForMethod: false);
        _policy.Publish(InboundConfiguration.Empty);

        var answer = await RunAsync(Origin, "GET", asksForMethod: false);

        Assert.Empty(answer.Headers);
    }

    private static StringMatch Match(StringMatchKind kind, string value) => new(kind, value, IgnoreCase: false);

    private static Route Route(string prefix, CorsPolicy? cors) =>
        new("r", new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, prefix, IgnoreCase: false) }, new UnsupportedAction("non_forwarding_action")) { Cors = cors };

    private void Publish(Route[] routes) =>
        _policy.Publish(new InboundConfiguration(new Dictionary<int, InboundPort>
        {
            [Port] = new() { Routes = new("inbound", [new VirtualHost("any", ["*"], [.. routes])]) },
        }.ToFrozenDictionary()));

    private Task<HttpResponse> PreflightAsync(CorsPolicy policy, string origin) => SendAsync(policy, origin, "OPTIONS", asksForMethod: true);

    private Task<HttpResponse> SendAsync(CorsPolicy policy, string? origin, string method, bool asksForMethod, Action<HttpResponse>? app = null)
    {
        Publish([Route("/", policy)]);
        return RunAsync(origin, method, asksForMethod, app: app);
    }

    private async Task<HttpResponse> RunAsync(
        string? origin, string method, bool asksForMethod, string path = "/", int port = Port, Action<HttpResponse>? app = null)
    {
        var context = new DefaultHttpContext();
        var response = new StartingResponse();
        context.Features.Set<IHttpResponseFeature>(response);
        context.Connection.LocalPort = port;
        (context.Request.Method, context.Request.Scheme, context.Request.Host, context.Request.Path) = (method, "http", new HostString("reviews", Port), path);
        context.Request.Headers.Origin = origin;
        if (asksForMethod)
        {
            context.Request.Headers.AccessControlRequestMethod = "DELETE";
            context.Request.Headers.AccessControlRequestHeaders = "x-asked, x-more";
        }

        await _stage.Wrap(http =>
        {
            _reached++;
            app?.Invoke(http.Response);
            return Task.CompletedTask;
        })(context);
        await response.StartAsync();
        return context.Response;
    }

    /// <summary>A response that runs its callbacks when it is told to start.</summary>
    private sealed class StartingResponse : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Run, object State)> _callbacks = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _callbacks.Add((callback, state));

        public async Task StartAsync()
        {
            foreach (var (run, state) in _callbacks)
            {
                await run(state);
            }
        }
    }
}
