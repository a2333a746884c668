using System.Collections.Concurrent;
using System.Threading.Channels;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Tests.Xds;

/// <summary>The server's end of one ADS stream.</summary>
internal sealed class AdsServerStream(Func<AdsResponse, ValueTask> write)
{
    private readonly Channel<AdsRequest> _requests = Channel.CreateUnbounded<AdsRequest>();
    private readonly ConcurrentQueue<AdsRequest> _seen = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    /// <summary>Everything the client has said.</summary>
    public IReadOnlyCollection<AdsRequest> Seen => _seen;

    public void Received(AdsRequest request)
    {
        _seen.Enqueue(request);
        _requests.Writer.TryWrite(request);
    }

    public void Closed(Exception reason) => _requests.Writer.TryComplete(reason);

    /// <summary>The next request that fits; others are passed over.</summary>
    public async Task<AdsRequest> NextAsync(Func<AdsRequest, bool> fits)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                var request = await _requests.Reader.ReadAsync(limit.Token);
                if (fits(request))
                {
                    return request;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The expected request did not come. Seen: {string.Join(Environment.NewLine, _seen)}");
        }
    }

    /// <summary>The request that asks for a name.</summary>
    public Task<AdsRequest> AskedAsync(string typeUrl, string name) =>
        NextAsync(request => request.TypeUrl == typeUrl && request.Names.Contains(name));

    /// <summary>The ACK or NACK of a response.</summary>
    public Task<AdsRequest> AnsweredAsync(string nonce) => NextAsync(request => request.Nonce == nonce);

    public ValueTask SendAsync(AdsResponse response) => write(response);

    public void End() => _ended.TrySetResult();

    public void Fail(GrpcStatusCode code) => _ended.TrySetException(new GrpcException(code, "ended by the test"));
}
