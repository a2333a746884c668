using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Envoy.Auth;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Type;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>Authorizers that are asked over HTTP and gRPC, and all that can go wrong with them.</summary>
public sealed class ExternalAuthorizationTests
{
    private static readonly GrpcMethod<CheckRequest, CheckResponse> Check =
        new("envoy.service.auth.v3.Authorization", "Check", CheckRequest.Parser, CheckResponse.Parser);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Http_Authorizer_SeesTheRequestAndWhatIsListedOfItsHeaders()
    {
        var seen = new TaskCompletionSource<(string Method, string Target, IHeaderDictionary Headers)>();
        await using var authorizer = await AuthorizerAsync(context =>
        {
            seen.TrySetResult((context.Request.Method, context.Request.Path + context.Request.QueryString, new HeaderDictionary(context.Request.Headers.ToDictionary())));
            return Task.CompletedTask;
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer, service => service with
        {
            PathPrefix = "/check", RequestHeaders = [Named("x-listed")], AddedHeaders = [new("x-added", "ours")],
        }));

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/a/b?q=1", Cart, "PUT", ("x-listed", "1"), ("x-other", "2"), ("Authorization", "Bearer t"), ("x-added", "theirs")));

        var (method, target, headers) = await seen.Task.WaitAsync(Cancelled);
        Assert.Equal(("PUT", "/check/a/b?q=1"), (method, target));
        Assert.Equal(("1", "Bearer t", "ours"), (headers["x-listed"].ToString(), headers.Authorization.ToString(), headers["x-added"].ToString()));
        Assert.False(headers.ContainsKey("x-other"));
    }

    [Fact]
    public async Task S72_HeadersOfTheAnswer_AreThoseThatAreListed()
    {
        await using var authorizer = await AuthorizerAsync(static context =>
        {
            context.Response.Headers["x-user"] = "jason";
            context.Response.Headers["x-evil"] = "1";
            context.Response.Headers["x-mesh-principal"] = "root";
            context.Response.Headers["x-seen"] = "yes";
            return Task.CompletedTask;
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer, static service => service with
        {
            UpstreamHeaders = [Named("x-user"), Named("x-mesh-principal"), Named("host")], ResponseHeaders = [Named("x-seen")],
        }));

        using var response = await rig.SendAsync("/", Cart, headers: ("x-user", "forged"));

        Assert.Equal("jason||", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.True(response.Headers.Contains("x-seen"));
        Assert.False(response.Headers.Contains("x-evil"));
    }

    [Fact]
    public async Task S72_Refusal_IsTheAuthorizersWithListedHeaders()
    {
        await using var authorizer = await AuthorizerAsync(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = "https://login.example/";
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers["x-why"] = "because";
            return context.Response.WriteAsync("log in", context.RequestAborted);
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer, static service => service with { DenialHeaders = [Named("Set-Cookie")] }));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        using var response = await client.GetAsync(rig.Address, Cancelled);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("https://login.example/", response.Headers.Location?.ToString());
        Assert.Equal("a=b", response.Headers.GetValues("Set-Cookie").Single());
        Assert.False(response.Headers.Contains("x-why"));
        Assert.Equal("log in", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData(500, false, 0, HttpStatusCode.Forbidden)]
    [InlineData(503, false, 503, HttpStatusCode.ServiceUnavailable)]
    [InlineData(500, true, 0, HttpStatusCode.OK)]
    [InlineData(429, true, 0, HttpStatusCode.TooManyRequests)]
    [InlineData(204, true, 0, HttpStatusCode.NoContent)]
    public async Task S72_StatusOfTheAuthorizer_Decides(int status, bool failsOpen, int statusOnError, HttpStatusCode expected)
    {
        await using var authorizer = await AuthorizerAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var rig = await AppAsync();
        rig.Logs.Expect("AuthorizerFailed");
        rig.Apply(Custom(authorizer) with { AllowsOnFailure = failsOpen, StatusOnError = statusOnError == 0 ? 403 : statusOnError });

        Assert.Equal(expected, await rig.StatusAsync("/"));
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden)]
    [InlineData(true, HttpStatusCode.OK)]
    public async Task S72_AuthorizerThatDoesNotAnswer_IsWaitedForNoLongerThanItsTimeout(bool failsOpen, HttpStatusCode expected)
    {
        await using var authorizer = await AuthorizerAsync(static context =>
            Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default));
        await using var rig = await AppAsync();
        rig.Logs.Expect("AuthorizerFailed");
        rig.Apply(Custom(authorizer) with { AllowsOnFailure = failsOpen, Timeout = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(expected, await rig.StatusAsync("/"));
    }

    [Fact]
    public async Task S72_NobodyAtTheAddress_IsARefusal()
    {
        await using var rig = await AppAsync();
        rig.Logs.Expect("AuthorizerFailed");
        rig.Apply(Custom(new AuthorizationService(IsGrpc: false, "127.0.0.1", 1)));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/"));
    }

    [Fact]
    public async Task S72_RefusalThatIsTooLong_IsNoAnswer()
    {
        await using var authorizer = await AuthorizerAsync(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync(new string('x', 100_000), context.RequestAborted);
        });
        await using var rig = await AppAsync();
        rig.Logs.Expect("AuthorizerFailed");
        rig.Apply(Custom(authorizer));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/"));
    }

    [Fact]
    public async Task Provider_ThatDoesNotExist_IsARefusal()
    {
        await using var rig = await AppAsync();
        rig.Apply(Custom(service: null) with { AllowsOnFailure = true });

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/"));
    }

    [Theory]
    [InlineData("12345", false, HttpStatusCode.OK, "12345", "12345")]
    [InlineData("123456789", false, HttpStatusCode.RequestEntityTooLarge, null, null)]
    [InlineData("123456789", true, HttpStatusCode.OK, "12345678", "123456789")]
    public async Task S72_Body_IsSentUpToItsLimitAndReachesTheAppWhole(string body, bool partial, HttpStatusCode expected, string? checkedBody, string? received)
    {
        var seen = new TaskCompletionSource<string>();
        await using var authorizer = await AuthorizerAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.TrySetResult(await reader.ReadToEndAsync(context.RequestAborted));
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer) with { Body = new CheckedBody(8, partial, AsBytes: false) });
        using var content = new StringContent(body);

        using var response = await rig.Client.PostAsync("/echo", content, Cancelled);

        Assert.Equal(expected, response.StatusCode);
        if (received is not null)
        {
            Assert.Equal(checkedBody, await seen.Task.WaitAsync(Cancelled));
            Assert.Equal(received, await response.Content.ReadAsStringAsync(Cancelled));
        }
    }

    [Fact]
    public async Task Grpc_AuthorizerThatAllows_ChangesHeaders()
    {
        CheckRequest? asked = null;
        var ok = new OkHttpResponse
        {
            Headers = { Option("x-user", "jason"), Option("x-mesh-principal", "root") }, HeadersToRemove = { "x-secret", "host" }, ResponseHeadersToAdd = { Option("x-seen", "yes") },
        };
        await using var authorizer = await GrpcAuthorizerAsync(request =>
        {
            asked = request;
            return new CheckResponse { OkResponse = ok };
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer, static service => service with { IsGrpc = true }));

        using var response = await rig.SendAsync("/?q=1", Cart, headers: ("x-secret", "s"));

        Assert.Equal("jason||", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.True(response.Headers.Contains("x-seen"));
        var attributes = asked!.Attributes;
        Assert.Equal((Cart, "GET", "/?q=1", "s"), (attributes.Source.Principal, attributes.Request.Http.Method, attributes.Request.Http.Path, attributes.Request.Http.Headers["x-secret"]));
        Assert.Equal((uint)rig.Address.Port, attributes.Destination.Address.SocketAddress.PortValue);
    }

    [Fact]
    public async Task Grpc_AuthorizerThatRefuses_SaysHow()
    {
        await using var authorizer = await GrpcAuthorizerAsync(static _ => new CheckResponse
        {
            Status = new Protocol.Google.Rpc.Status { Code = 16 },
            DeniedResponse = new DeniedHttpResponse { Status = new HttpStatus { Code = 401 }, Body = "who are you?", Headers = { Option("www-authenticate", "Bearer") } },
        });
        await using var rig = await AppAsync();
        rig.Apply(Custom(authorizer, static service => service with { IsGrpc = true }));

        using var response = await rig.SendAsync("/");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("who are you?", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task S72_GrpcAuthorizerThatFails_IsARefusal()
    {
        await using var authorizer = await GrpcAuthorizerAsync(static _ => throw new GrpcException(GrpcStatusCode.Internal, "broken"));
        await using var rig = await AppAsync();
        rig.Logs.Expect("AuthorizerFailed");
        rig.Apply(Custom(authorizer, static service => service with { IsGrpc = true }));

        Assert.Equal(HttpStatusCode.Forbidden, await rig.StatusAsync("/"));
    }

    [Fact]
    public async Task S70_DryRunOfAnAuthorizer_DoesNotAsk()
    {
        await using var rig = await AppAsync();
        rig.Apply(Custom(new AuthorizationService(IsGrpc: false, "127.0.0.1", 1)) with { Rules = null, Shadow = new RbacRules(RbacAction.Allow, [Policy("trial")]) });

        Assert.Equal(HttpStatusCode.OK, await rig.StatusAsync("/"));
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "DryRunWouldAsk");
    }

    private static Task<AuthorizationRig> AppAsync() => AuthorizationRig.StartAsync(static app =>
    {
        app.MapPost("/echo", static async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            return await reader.ReadToEndAsync(context.RequestAborted);
        });
        app.MapFallback("{**path}", static (HttpContext context) =>
            $"{context.Request.Headers["x-user"]}|{context.Request.Headers["x-mesh-principal"]}|{context.Request.Headers["x-secret"]}");
    });

    private static Task<AuthorizationRig> AuthorizerAsync(RequestDelegate answer) => AuthorizationRig.StartAsync(app => app.Run(answer));

    private static Task<AuthorizationRig> GrpcAuthorizerAsync(Func<CheckRequest, CheckResponse> answer) => AuthorizationRig.StartAsync(
        app => app.MapGrpcUnary(Check, (request, _) => Task.FromResult(answer(request))), HttpProtocols.Http2);

    private static ExternalAuthorization Custom(AuthorizationRig authorizer, Func<AuthorizationService, AuthorizationService>? change = null)
    {
        var service = new AuthorizationService(IsGrpc: false, authorizer.Address.Host, authorizer.Address.Port);
        return Custom(change is null ? service : change(service));
    }

    private static ExternalAuthorization Custom(AuthorizationService? service) =>
        new("custom") { Provider = "authorizer", Service = service, Rules = new RbacRules(RbacAction.Allow, [Policy("ask")]) };

    private static StringMatch Named(string name) => new(StringMatchKind.Exact, name, IgnoreCase: true);

    private static HeaderValueOption Option(string name, string value) => new() { Header = new HeaderValue { Key = name, Value = value } };
}
