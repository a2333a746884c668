using System.Collections.Concurrent;
using System.Net;
using Mesh.Client.Transport;

namespace Mesh.Client.Tests.Pipeline;

/// <summary>Endpoints without a network: answers by script and counts the requests of each port.</summary>
internal sealed class ScriptedEndpoints(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? answer = null) : IEndpointHandlerFactory
{
    public ConcurrentDictionary<int, int> Requests { get; } = new();

    public HttpMessageHandler Create(EndpointPool pool) => new Handler(this, pool?.Key.Address.Port ?? 0);

    private sealed class Handler(ScriptedEndpoints owner, int port) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            owner.Requests.AddOrUpdate(port, 1, static (_, count) => count + 1);
            return owner.Answer(request, port, cancellationToken);
        }
    }

    private Task<HttpResponseMessage> Answer(HttpRequestMessage request, int port, CancellationToken cancellationToken) =>
        answer is not null
            ? answer(request, cancellationToken)
            : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent(port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            });
}
