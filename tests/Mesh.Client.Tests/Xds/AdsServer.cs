using System.Collections.Concurrent;
using System.Threading.Channels;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Xds;

/// <summary>An ADS server under a test's control: each stream of a client is an <see cref="AdsServerStream"/> in which the test reads and writes.</summary>
internal sealed class AdsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<AdsServerStream> _streams = Channel.CreateUnbounded<AdsServerStream>();
    private readonly ConcurrentQueue<GrpcException> _refusals = new();

    private AdsServer(bool servesDelta)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapGrpc(XdsMethods.StreamAggregatedResources, ServeSotwAsync);
        if (servesDelta)
        {
            _app.MapGrpc(XdsMethods.DeltaAggregatedResources, ServeDeltaAsync);
        }

        _app.MapGrpcFallback();
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<AdsServer> StartAsync(bool servesDelta = true)
    {
        var server = new AdsServer(servesDelta);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>The next stream a client opens.</summary>
    public ValueTask<AdsServerStream> AcceptAsync() => _streams.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Ends the next stream with a status before it answers anything.</summary>
    public void RefuseNext(GrpcStatusCode code, TimeSpan? pushback = null) => _refusals.Enqueue(new GrpcException(code, "refused by the test") { Pushback = pushback });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Streams that are open are cut off.
        }

        await _app.DisposeAsync();
    }

    private Task ServeSotwAsync(GrpcServerCall<DiscoveryRequest, DiscoveryResponse> call)
    {
        return ServeAsync(call, static request => new AdsRequest(request), static response => response.ToSotw());
    }

    private Task ServeDeltaAsync(GrpcServerCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call)
    {
        return ServeAsync(call, static request => new AdsRequest(request), static response => response.ToDelta());
    }

    private async Task ServeAsync<TRequest, TResponse>(
        GrpcServerCall<TRequest, TResponse> call, Func<TRequest, AdsRequest> read, Func<AdsResponse, TResponse> write)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        if (_refusals.TryDequeue(out var refusal))
        {
            throw refusal;
        }

        await call.SendHeadersAsync();
        var stream = new AdsServerStream(response => call.WriteAsync(write(response), call.CancellationToken));
        _streams.Writer.TryWrite(stream);
        var reading = ReadAsync();
        await Task.WhenAny(reading, stream.Ended);
        if (stream.Ended.IsFaulted)
        {
            await stream.Ended;
        }

        async Task ReadAsync()
        {
            try
            {
                while (await call.ReadAsync(call.CancellationToken) is { } request)
                {
                    stream.Received(read(request));
                }
            }
            catch (Exception exception)
            {
                stream.Closed(exception);
            }
        }
    }
}
