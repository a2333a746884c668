using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authorization;
using Mesh.Server.Authorization.Endpoints;
using Mesh.Server.Authorization.External;
using Mesh.Server.Authorization.Running;
using Mesh.Server.Transport;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Authorization;

/// <summary>A real server whose requests pass the stages of authorization; the caller says in a header who it has proved to be.</summary>
internal sealed class AuthorizationRig : IAsyncDisposable
{
    public const string PeerHeader = "x-test-peer";

    private readonly WebApplication _app;

    private AuthorizationRig(WebApplication app, LogCollector logs, InboundPolicy policy, RunningRequests running)
    {
        (_app, Logs, Policy, Running) = (app, logs, policy, running);
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public LogCollector Logs { get; }

    public InboundPolicy Policy { get; }

    public RunningRequests Running { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<AuthorizationRig> StartAsync(
        Action<WebApplication> endpoints, HttpProtocols protocols = HttpProtocols.Http1, Action<WebApplication>? before = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddSingleton<Microsoft.AspNetCore.Routing.MatcherPolicy, EndpointGuardPolicy>();
        var logs = new LogCollector();
        builder.Logging.ClearProviders().AddProvider(logs.AsProvider()).SetMinimumLevel(LogLevel.Debug);
        var app = builder.Build();

        var policy = new InboundPolicy();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var meter = new AuthorizationMeter(meters: null);
        var judge = new AuthorizationJudge(meter, loggers.CreateLogger<AuthorizationJudge>());
        var rules = new AuthorizationRules(policy);
        var running = new RunningRequests(policy, rules, judge, loggers.CreateLogger<RunningRequests>());
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var external = new ExternalAuthorizer(
            new HttpAuthorizer(invoker), new GrpcAuthorizer(invoker, TimeProvider.System), judge, meter, TimeProvider.System, loggers.CreateLogger<ExternalAuthorizer>());
        app.Use(TellPeer);
        before?.Invoke(app);
        app.UseRouting();
        app.Use(new AuthorizationStage(rules, judge, external, running).Wrap);
        app.Use(new EndpointPolicyStage("default", judge).Wrap);
        endpoints(app);
        await app.StartAsync(Cancelled);
        return new AuthorizationRig(app, logs, policy, running);
    }

    public void Apply(params ReadOnlySpan<AuthorizationFilter> filters) => Apply(Policies.Of([.. filters]));

    public void Apply(InboundAuthorization? authorization) =>
        Policy.Publish(new InboundConfiguration(new Dictionary<int, InboundPort> { [Address.Port] = Policies.Port(authorization) }.ToFrozenDictionary()));

    public async Task<HttpResponseMessage> SendAsync(string path, string? peer = null, string method = "GET", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (peer is not null)
        {
            request.Headers.Add(PeerHeader, peer);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request, Cancelled);
    }

    public async Task<HttpStatusCode> StatusAsync(string path, string? peer = null, string method = "GET", params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(path, peer, method, headers);
        return response.StatusCode;
    }

    /// <summary>Sends the bytes as they are; the whole answer.</summary>
    public async Task<string> SendRawAsync(string target, string method = "GET", string headers = "", string host = "localhost")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port, Cancelled);
        var stream = client.GetStream();
        var text = $"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Cancelled);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Logs.VerifyNoUnexpected();
    }

    private static Task TellPeer(HttpContext context, RequestDelegate next)
    {
        var name = context.Request.Headers[PeerHeader].ToString();
        context.Request.Headers.Remove(PeerHeader);
        if (name.Length > 0 && SpiffeId.TryParse(name, out var peer, out _))
        {
            context.Features.Set(new PeerConnection(peer, IsEncrypted: true, ServerName: null));
        }

        return next(context);
    }
}
