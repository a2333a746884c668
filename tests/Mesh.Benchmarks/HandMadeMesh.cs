using System.Collections.Frozen;
using Mesh.Client;
using Mesh.Client.Hosting.HttpClients;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mesh.Benchmarks;

/// <summary>The data plane as AddMesh() puts it together, over a snapshot made by hand instead of a control plane.</summary>
internal sealed class HandMadeMesh : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public HandMadeMesh(Destination destination, IWorkloadIdentity? identity = null, Action<MeshOptions>? configure = null, IEndpointHandlerFactory? endpoints = null, bool tellsNobody = false)
    {
        var services = new ServiceCollection();
        services.AddMesh(options =>
        {
            options.Service = "benchmark";
            options.Telemetry.Metrics = !tellsNobody;
            options.Telemetry.EnrichHttpClientMetrics &= !tellsNobody;
            options.Telemetry.SendPeerMetadata = !tellsNobody;
            options.Propagation.GenerateRequestId = !tellsNobody;
            configure?.Invoke(options);
        });
        if (tellsNobody)
        {
            services.RemoveAll<ICallSink>();
        }

        if (endpoints is not null)
        {
            services.AddSingleton(endpoints);
        }

        if (identity is not null)
        {
            services.AddSingleton(identity);
        }

        _services = services.BuildServiceProvider();
        _services.GetRequiredService<DestinationDirectory>()
            .Publish(new MeshSnapshot(1, new[] { KeyValuePair.Create(destination.Authority, destination) }.ToFrozenDictionary()));
    }

    /// <summary>What an <c>IHttpClientFactory</c> client ends in: the mesh in place of a default primary handler, redirects followed as that one would.</summary>
    public HttpMessageHandler CreateHandler() => _services.GetRequiredService<MeshHandlerFactory>().CreateHandler(new SocketsHttpHandler());

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
