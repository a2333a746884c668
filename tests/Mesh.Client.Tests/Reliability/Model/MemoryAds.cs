using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Grpc.Framing;

namespace Mesh.Client.Tests.Reliability.Model;

/// <summary>An ADS server without a network: each stream of a client is a pair of pipes.</summary>
internal sealed class MemoryAds(Func<MemoryAdsStream, DeltaDiscoveryRequest, Task> serve, Action<MemoryAdsStream> ended) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var (up, down) = (new Pipe(), new Pipe());
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, RequestMessage = request, Content = new StreamContent(down.Reader.AsStream()) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var stream = new MemoryAdsStream(down.Writer, () => response.TrailingHeaders.TryAddWithoutValidation("grpc-status", "14"));
        cancellationToken.UnsafeRegister(static state => ((MemoryAdsStream)state!).Abort(), stream);
        _ = SendRequestAsync(request, up.Writer, cancellationToken);
        _ = ServeAsync(stream, up.Reader);
        return response;
    }

    private static async Task SendRequestAsync(HttpRequestMessage request, PipeWriter up, CancellationToken cancellationToken)
    {
        try
        {
            await request.Content!.CopyToAsync(up.AsStream(leaveOpen: true), cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client has gone.
        }

        await up.CompleteAsync();
    }

    private async Task ServeAsync(MemoryAdsStream stream, PipeReader up)
    {
        var reader = new MessageReader<DeltaDiscoveryRequest>(up, DeltaDiscoveryRequest.Parser, null, int.MaxValue);
        try
        {
            while (await reader.ReadAsync(CancellationToken.None) is { } request)
            {
                await serve(stream, request);
            }
        }
        catch (Exception exception) when (exception is GrpcException or IOException or InvalidOperationException)
        {
            // The client has gone in the middle of a word.
        }

        ended(stream);
    }
}
