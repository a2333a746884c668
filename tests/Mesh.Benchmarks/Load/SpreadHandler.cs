namespace Mesh.Benchmarks.Load;

/// <summary>Sends each request to one of many addresses of the same server, drawn at random: what calling many endpoints costs without a mesh.</summary>
internal sealed class SpreadHandler(Uri[] targets, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = targets[Random.Shared.Next(targets.Length)];
        return base.SendAsync(request, cancellationToken);
    }
}
