using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Xds.Loads;

/// <summary>An open stream of load reports: what the server wants now, and its answers.</summary>
internal sealed class LoadCall(GrpcCall<LoadStatsRequest, LoadStatsResponse> call, Node node, LoadStatsResponse asked, bool acknowledges)
{
    private volatile LoadStatsResponse _asked = asked;
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrpcCall<LoadStatsRequest, LoadStatsResponse> Call => call;

    public Node Node => node;

    /// <summary>Whether every report is answered.</summary>
    public bool Acknowledges => acknowledges;

    public LoadStatsResponse Asked => _asked;

    /// <summary>Completes with the server's next response; fails with the stream.</summary>
    public Task NextAnswer => _next.Task;

    /// <summary>Returns when the server ends the stream.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is { } response)
            {
                _asked = response;
                Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }

            _next.TrySetException(new GrpcException(GrpcStatusCode.Unavailable, "The server ended the stream of load reports."));
        }
        catch (Exception exception)
        {
            _next.TrySetException(exception is OperationCanceledException ? new GrpcException(GrpcStatusCode.Cancelled, "The stream of load reports is over.") : exception);
            throw;
        }
        finally
        {
            // Seen: nobody need wait for it.
            _ = _next.Task.Exception;
        }
    }
}
