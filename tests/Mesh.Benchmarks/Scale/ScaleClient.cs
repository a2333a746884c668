using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Benchmarks.Scale;

/// <summary>A proxyless gRPC client as far as the control plane can tell: one connection, one ADS stream, the listeners, routes, clusters and endpoints of what it calls.</summary>
internal sealed class ScaleClient(int index, int[] services, int port, ScaleWatch watch)
{
    private static readonly string[] Types = [XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment];

    // Reconnecting clients spread themselves (gRPC's backoff has a jitter of 0.2 on 1 s).
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly Random _random = new(index);

    /// <summary>Until cancelled; opens the stream again whenever it ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is GrpcException or OperationCanceledException or HttpRequestException)
            {
                watch.Lost(index);
            }

            await Task.Delay(_pause * (0.8 + (0.4 * _random.NextDouble())), TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{port}"));
        await using var call = channel.Start(XdsMethods.StreamAggregatedResources, cancellationToken: cancellationToken);
        foreach (var type in Types)
        {
            await call.WriteAsync(Ask(type, isFirst: type == Types[0]), cancellationToken);
        }

        var complete = 0;
        while (await call.ReadAsync(cancellationToken) is { } response)
        {
            var arrived = Stopwatch.GetTimestamp();
            var answer = Ask(response.TypeUrl, isFirst: false);
            (answer.VersionInfo, answer.ResponseNonce) = (response.VersionInfo, response.Nonce);
            await call.WriteAsync(answer, cancellationToken);
            foreach (var resource in response.Resources.Where(_ => response.TypeUrl == XdsTypeUrl.ClusterLoadAssignment))
            {
                watch.Saw(index, ClusterLoadAssignment.Parser.ParseFrom(resource.Value), arrived);
            }

            // The first answers to the four questions may come apart: endpoints count when there are as many as were asked for.
            complete = response.TypeUrl == XdsTypeUrl.ClusterLoadAssignment ? complete + response.Resources.Count : complete;
            if (complete >= services.Length)
            {
                watch.Completed(index);
            }
        }
    }

    private DiscoveryRequest Ask(string type, bool isFirst)
    {
        var request = new DiscoveryRequest { TypeUrl = type };
        request.ResourceNames.Add(services.Select(service => type == XdsTypeUrl.Listener ? $"{ScaleServices.HostOf(service)}:80" : $"outbound|80||{ScaleServices.HostOf(service)}"));
        if (isFirst)
        {
            request.Node = new Node
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"sidecar~10.200.{index / 250}.{1 + (index % 250)}~client-{index:0000}.scale~scale.svc.cluster.local"),
                Metadata = new Struct { Fields = { ["GENERATOR"] = Value.ForString("grpc"), ["NAMESPACE"] = Value.ForString("scale") } },
            };
        }

        return request;
    }
}
