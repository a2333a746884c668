using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>Endpoints without a network: each answer gives way once, as one over a wire does.</summary>
internal sealed class YieldingEndpoints : IEndpointHandlerFactory
{
    public HttpMessageHandler Create(EndpointPool pool) => new Handler();

    private sealed class Handler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent([]) };
        }
    }
}
