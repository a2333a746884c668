using System.Globalization;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>A real Kestrel with plaintext HTTP/2 on a free port that serves the echo service, or what a test maps instead.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app, LogCollector logs)
    {
        _app = app;
        Logs = logs;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    public Uri Address { get; }

    public LogCollector Logs { get; }

    /// <summary>Completes when a call of <see cref="EchoMethods.Hang"/> was cancelled.</summary>
    public TaskCompletionSource HangCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<EchoServer> StartAsync(Action<IEndpointRouteBuilder>? map = null, GrpcServerOptions? options = null)
    {
        var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        EchoServer? server = null;
        map?.Invoke(app);
        MapEcho(app, options, () => server!.HangCancelled);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server = new EchoServer(app, logs);
    }

    public GrpcChannel CreateChannel(GrpcChannelOptions? options = null) => new(Address, options);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Logs.Dispose();
    }

    private static void MapEcho(IEndpointRouteBuilder endpoints, GrpcServerOptions? options, Func<TaskCompletionSource> hangCancelled)
    {
        endpoints.MapGrpcUnary(EchoMethods.Unary, AnswerAsync, options);
        endpoints.MapGrpc(EchoMethods.ServerStream, CountAsync, options);
        endpoints.MapGrpc(EchoMethods.ClientStream, JoinAsync, options);
        endpoints.MapGrpc(EchoMethods.Bidi, EchoAsync, options);
        endpoints.MapGrpcUnary(EchoMethods.Fail, FailAsync, options);
        endpoints.MapGrpc(EchoMethods.Hang, call => HangAsync(call, hangCancelled()), options);
        endpoints.MapGrpcFallback();
    }

    /// <summary>Answers with the text and sends the request's <c>x-echo</c> metadata back as header and trailer.</summary>
    private static Task<StringValue> AnswerAsync(StringValue request, GrpcServerCall<StringValue, StringValue> call)
    {
        foreach (var key in (string[])["x-echo", "x-echo-bin"])
        {
            if (call.RequestHeaders.TryGetValue(key, out var value))
            {
                call.ResponseHeaders[key] = value;
                call.ResponseTrailers[key] = value;
            }
        }

        return Task.FromResult(EchoMethods.Text("echo:" + request.Value));
    }

    /// <summary>Sends as many messages as the request says.</summary>
    private static async Task CountAsync(GrpcServerCall<StringValue, StringValue> call)
    {
        var request = await call.ReadAsync(call.CancellationToken);
        var count = int.Parse(request!.Value, CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            await call.WriteAsync(EchoMethods.Text(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static async Task JoinAsync(GrpcServerCall<StringValue, StringValue> call)
    {
        var parts = new List<string>();
        while (await call.ReadAsync(call.CancellationToken) is { } message)
        {
            parts.Add(message.Value);
        }

        await call.WriteAsync(EchoMethods.Text(string.Join(',', parts)));
    }

    private static async Task EchoAsync(GrpcServerCall<StringValue, StringValue> call)
    {
        while (await call.ReadAsync(call.CancellationToken) is { } message)
        {
            await call.WriteAsync(EchoMethods.Text("echo:" + message.Value));
        }
    }

    private static Task<StringValue> FailAsync(StringValue request, GrpcServerCall<StringValue, StringValue> call)
    {
        var parts = request.Value.Split(' ', 2);
        call.ResponseTrailers["x-reason"] = "asked for";
        throw new GrpcException((GrpcStatusCode)int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private static async Task HangAsync(GrpcServerCall<StringValue, StringValue> call, TaskCompletionSource cancelled)
    {
        await call.SendHeadersAsync();
        try
        {
            while (true)
            {
                if (await call.ReadAsync() is null)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.CancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            cancelled.TrySetResult();
            throw;
        }
    }
}
