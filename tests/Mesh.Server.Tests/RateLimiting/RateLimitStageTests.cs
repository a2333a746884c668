using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Model.Apis;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authentication;
using Mesh.Server.RateLimiting;
using Mesh.Server.Rules;
using Mesh.Server.Transport;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.RateLimiting;

/// <summary>What requests meet when there are too many of them.</summary>
public sealed class RateLimitStageTests
{
    private const int Port = 8080;

    private readonly FakeTimeProvider _time = new();
    private readonly InboundPolicy _policy = new();
    private readonly RateLimits _limits;
    private readonly RateLimitStage _stage;

    public RateLimitStageTests()
    {
        _limits = new RateLimits(_policy, _time);
        _stage = new RateLimitStage(_limits, _time, NullLogger<RateLimitStage>.Instance);
    }

    [Fact]
    public async Task Request_BeyondTheBucket_IsAnswered429WithEnvoysHeaderAndATimeToWait()
    {
        Publish(Limit("all", max: 2));

        Assert.Equal(new[] { 200, 200, 429 }, new[] { await SendAsync(), await SendAsync(), await SendAsync() });
        var refused = await RunAsync();

        Assert.Equal("true", refused.Response.Headers["x-envoy-ratelimited"]);
        Assert.Equal("30", refused.Response.Headers.RetryAfter);
        Assert.Equal("\"all\";r=0;t=30", refused.Response.Headers["RateLimit"]);
        Assert.Equal("\"all\";q=2;w=60", refused.Response.Headers["RateLimit-Policy"]);
    }

    [Fact]
    public async Task Request_WithinTheLimit_LearnsWhatIsLeft()
    {
        Publish(Limit("all", max: 10));

        Assert.StartsWith("\"all\";r=9;", (await RunAsync()).Response.Headers["RateLimit"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_AfterTheWait_IsTaken()
    {
        Publish(Limit("all", max: 1));
        await SendAsync();

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(200, await SendAsync());
    }

    [Fact]
    public async Task Request_OfGrpc_IsAnsweredResourceExhausted()
    {
        Publish(Limit("all", max: 1));
        await SendAsync();

        var refused = await RunAsync(context => context.Request.ContentType = "application/grpc");

        Assert.Equal(200, refused.Response.StatusCode);
        Assert.Equal("8", refused.Response.Headers["grpc-status"]);
    }

    [Fact]
    public async Task Request_AtAnotherPort_IsNotCounted()
    {
        Publish(Limit("all", max: 1));

        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(200, (await RunAsync(context => context.Connection.LocalPort = Port + 1)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task Request_ThatIsTriedDry_IsTakenWithoutAWordToTheCaller()
    {
        Publish(Limit("all", max: 1) with { IsShadow = true });
        await SendAsync();

        var over = await RunAsync();

        Assert.Equal(200, over.Response.StatusCode);
        Assert.False(over.Response.Headers.ContainsKey("RateLimit"));
    }

    public static TheoryData<string> Kinds => [.. Enum.GetNames<CountedValueKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Request_OfAnotherValue_HasABucketOfItsOwn(string kind)
    {
        Publish(Limit("each", max: 1) with { CountedValues = [new CountedValue(Enum.Parse<CountedValueKind>(kind), "key")] });

        Assert.Equal(new[] { 200, 429, 200 }, new[] { await SendAsync(Value("one")), await SendAsync(Value("one")), await SendAsync(Value("two")) });
    }

    [Fact]
    public async Task Request_WithoutTheValueThatIsCounted_IsNotCounted()
    {
        Publish(Limit("each", max: 1) with { CountedValues = [new CountedValue(CountedValueKind.Header, "x-tenant")] });

        Assert.Equal(new[] { 200, 200 }, new[] { await SendAsync(), await SendAsync() });
    }

    [Theory]
    [InlineData("/reviews/1", "GET", true)]
    [InlineData("/Reviews/1", "GET", false)]
    [InlineData("/ratings/1", "GET", false)]
    [InlineData("/reviews/1", "POST", false)]
    public async Task Request_ThatDoesNotMatch_IsNotCounted(string path, string method, bool isCounted)
    {
        Publish(Limit("some", max: 1) with
        {
            Matches = [new RequestCondition { Path = new StringMatch(StringMatchKind.Prefix, "/reviews", IgnoreCase: false), Methods = ["GET"] }],
        });
        void Aim(HttpContext context) => (context.Request.Path, context.Request.Method) = (path, method);
        await SendAsync(Aim);

        Assert.Equal(isCounted ? 429 : 200, await SendAsync(Aim));
    }

    [Fact]
    public async Task Request_ByTheTemplateOfItsEndpoint_IsCountedWhateverThePathLooksLike()
    {
        Publish(Limit("route", max: 1) with { Matches = [new RequestCondition { Route = "/reviews/{id}" }] });

        Assert.Equal(200, await SendAsync(AtRoute("reviews/{id}", "/Reviews/1")));
        Assert.Equal(429, await SendAsync(AtRoute("reviews/{id}", "/reviews/2/")));
        Assert.Equal(200, await SendAsync(AtRoute("ratings/{id}", "/ratings/2")));
    }

    [Fact]
    public async Task Request_RefusedByOneLimit_TakesNothingFromTheOthers()
    {
        Publish(Limit("wide", max: 2), Limit("narrow", max: 1) with { CountedValues = [new CountedValue(CountedValueKind.Header, "key")] });
        await SendAsync(Value("one"));
        await SendAsync(Value("one"));

        Assert.Equal(200, await SendAsync(Value("two")));
    }

    [Fact]
    public async Task Change_OfAnotherLimit_KeepsTheCountsOfThisOne()
    {
        Publish(Limit("kept", max: 1));
        await SendAsync();

        Publish(Limit("kept", max: 1), Limit("new", max: 100));

        Assert.Equal(429, await SendAsync());
    }

    [Fact]
    public async Task Flood_OfValues_KeepsNoMoreBucketsThanAllowed()
    {
        Publish(Limit("each", max: 1) with { CountedValues = [new CountedValue(CountedValueKind.Header, "key")], MaxBuckets = 100 });

        for (var value = 0; value < 2_000; value++)
        {
            await SendAsync(Value($"value-{value}"));
        }

        Assert.InRange(Assert.Single(_limits.Current(Port)).Buckets.All.Count, 1, 100);
    }

    [Fact]
    public async Task Quota_InUse_IsReportedAndFollowsItsShare()
    {
        Publish(Limit("quota", max: 100) with { IsQuota = true });
        await SendAsync();

        var first = Assert.Single(_limits.TakeUsage());
        _limits.Assign("default/test/quota", "", new TokenBucketPolicy(1, 1, TimeSpan.FromHours(1)));
        var refused = await SendAsync();
        var second = Assert.Single(_limits.TakeUsage());
        _limits.Assign("default/test/quota", "", null);

        Assert.Equal((1ul, 0ul, true), (first.Allowed, first.Denied, first.IsFirst));
        Assert.Equal(429, refused);
        Assert.Equal((0ul, 1ul, false), (second.Allowed, second.Denied, second.IsFirst));
        Assert.Equal(200, await SendAsync());
    }

    private static RateLimitPolicy Limit(string name, uint max) => new($"default/test/{name}", $"{name}-{max}")
    {
        Bucket = new TokenBucketPolicy(max, 1, TimeSpan.FromSeconds(30)),
    };

    private void Publish(params ImmutableArray<RateLimitPolicy> limits) => _policy.Publish(new InboundConfiguration(new Dictionary<int, InboundPort>
    {
        [Port] = new() { Routes = new RouteConfiguration("inbound", []), RateLimits = limits },
    }.ToFrozenDictionary()));

    private static Action<HttpContext> Value(string value) => context =>
    {
        context.Request.Headers["key"] = value;
        context.Request.QueryString = new QueryString($"?key={value}");
        context.Features.Set(new PeerConnection(SpiffeId.Of("cluster.local", "default", value), IsEncrypted: true, ServerName: null));
        context.Features.Set(new RequestToken { Issuer = "issuer", Subject = value, Claims = JsonDocument.Parse($$"""{"key":"{{value}}"}""").RootElement });
        context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(value == "one" ? "10.0.0.1" : "10.0.0.2");
        context.Features.Set(new RequestConsumer("default/shop/orders", new ApiConsumer($"default/{value}", "", IsSuspended: false)));
        context.SetEndpoint(Endpoint(value));
    };

    private static Action<HttpContext> AtRoute(string template, string path) => context =>
    {
        context.Request.Path = path;
        context.SetEndpoint(Endpoint(template));
    };

    private static RouteEndpoint Endpoint(string template) => new(_ => Task.CompletedTask, RoutePatternFactory.Parse(template), 0, EndpointMetadataCollection.Empty, template);

    private async Task<int> SendAsync(Action<HttpContext>? change = null) => (await RunAsync(change)).Response.StatusCode;

    private async Task<HttpContext> RunAsync(Action<HttpContext>? change = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalPort = Port;
        (context.Request.Method, context.Request.Path) = ("GET", "/");
        change?.Invoke(context);
        await _stage.Wrap(_ => Task.CompletedTask)(context);
        return context;
    }
}
