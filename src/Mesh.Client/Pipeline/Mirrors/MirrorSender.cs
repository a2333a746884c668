using Mesh.Client.Transport;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>Sends copies of requests beside the requests: on threads of their own, a bounded number at a time; the answers are read and thrown away.</summary>
internal sealed class MirrorSender(AttemptHandler attempts, TimeProvider time, ILogger<MirrorSender> logger)
{
    /// <summary>With bodies of at most 64 KiB no more than 16 MiB.</summary>
    private const int MaxInFlight = 256;

    private int _inFlight;
    private long _skipped;

    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Copies that are on their way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public void Send(OutboundCall origin, IReadOnlyList<MirrorCopy> copies, ReadOnlyMemory<byte> body)
    {
        foreach (var copy in copies)
        {
            if (Interlocked.Increment(ref _inFlight) > MaxInFlight)
            {
                Interlocked.Decrement(ref _inFlight);
                Skip([copy], "too many copies are on their way");
                continue;
            }

            if (origin.WireRequest.Content is { } content)
            {
                copy.Request.Content = new ReadOnlyMemoryContent(body);
                HeaderCopy.Copy(content.Headers, copy.Request.Content.Headers);
            }

            // Without the context of the request: neither its deadline nor its trace is the copy's, and its caller waits for none of it.
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Sender.Run(state.Origin, state.Copy), (Sender: this, Origin: origin, Copy: copy), preferLocal: false);
        }
    }

    public void Skip(IReadOnlyList<MirrorCopy> copies, string reason)
    {
        foreach (var copy in copies)
        {
            Interlocked.Increment(ref _skipped);
            MirrorLog.Skipped(logger, copy.Mirror.Policy.Cluster, reason);
        }
    }

    private void Run(OutboundCall origin, MirrorCopy copy) => _ = RunAsync(origin, copy);

    private async Task RunAsync(OutboundCall origin, MirrorCopy copy)
    {
        var cluster = copy.Mirror.Policy.Cluster;
        try
        {
            using var limit = new CancellationTokenSource(copy.Mirror.Timeout, time);
            using var response = await SendAsync(origin, copy, limit.Token).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null, limit.Token).ConfigureAwait(false);
            MirrorLog.Answered(logger, cluster, (int)response.StatusCode);
        }
        catch (Exception exception)
        {
            // Nobody waits for it: whatever went wrong is told to those who look for it.
            MirrorLog.Failed(logger, cluster, exception);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>As any other request to that cluster: its balancing, limits and health count.</summary>
    private Task<HttpResponseMessage> SendAsync(OutboundCall origin, MirrorCopy copy, CancellationToken cancellationToken)
    {
        var client = new OutboundClient(origin.Client.Passthrough, Redirects: null);
        var call = new OutboundCall(copy.Request, origin.Destination, client, context: null, cancellationToken);
        call.Follow(copy.Mirror.Route, copy.Mirror.Route.Target);
        return attempts.SendAsync(call);
    }
}
