using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model.Loads;
using Mesh.Client.Xds.Beside;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Loads;

/// <summary>Tells the control plane what this process sent where, as often as it asks (envoy.service.load_stats.v3); nothing is lost or told twice when a stream breaks.</summary>
/// <remarks>A server that acknowledges is repeated, on the next stream, what it did not acknowledge, under the same number. Another one was told what was written.</remarks>
internal sealed class LoadReporter(Func<IReadOnlyList<ClusterLoad>> take, Func<Node> describe, TimeProvider time) : IBesideStream, IDisposable
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1);

    // Owned by who has the turn.
    private LoadReport? _pending;
    private long _lastTaken = time.GetTimestamp();
    private long _sequence;

    // Null while no stream is open; replaced by it.
    private volatile LoadCall? _open;

    public string Name => "load reports";

    public async Task FollowAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        var call = channel.Start(LoadMethods.StreamLoadStats, options: null, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            var node = describe();
            node.ClientFeatures.Add("envoy.lrs.supports_send_all_clusters");
            await call.WriteAsync(new LoadStatsRequest { Node = node }, cancellationToken).ConfigureAwait(false);
            if (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } asked)
            {
                return;
            }

            var headers = await call.ResponseHeadersAsync.ConfigureAwait(false);
            var open = new LoadCall(call, node, asked, headers.NonValidated.Contains(LoadMethods.AcknowledgesHeader));
            _open = open;
            try
            {
                await ReportAsync(open, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _open = null;
            }
        }
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_open is { } open)
        {
            await TellAsync(open, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReportAsync(LoadCall open, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = open.ReadAsync(ended.Token);
        try
        {
            while (!reading.IsCompleted)
            {
                var pause = Task.Delay(IntervalOf(open.Asked), time, ended.Token);
                await Task.WhenAny(pause, reading).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (!reading.IsCompleted)
                {
                    await TellAsync(open, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading.ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>First what was not acknowledged, then what was counted since.</summary>
    private async Task TellAsync(LoadCall open, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_pending is { } old)
            {
                await SendAsync(open, old, cancellationToken).ConfigureAwait(false);
            }

            var now = time.GetTimestamp();
            var loads = take();
            var interval = time.GetElapsedTime(_lastTaken, now);
            _lastTaken = now;
            if (loads.Count > 0)
            {
                _pending = new LoadReport(++_sequence, loads, interval);
                await SendAsync(open, _pending, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendAsync(LoadCall open, LoadReport report, CancellationToken cancellationToken)
    {
        var request = new LoadStatsRequest { Node = Numbered(open.Node, report.Sequence) };
        var asked = open.Asked;
        request.ClusterStats.Add(report.Loads
            .Where(load => asked.SendAllClusters || asked.Clusters.Contains(load.Cluster))
            .Select(load => LoadEncoder.Encode(load, report.Interval, asked.ReportEndpointGranularity)));
        var acknowledged = open.NextAnswer;
        await open.Call.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        if (open.Acknowledges)
        {
            await acknowledged.WaitAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
        }

        _pending = null;
    }

    private static Node Numbered(Node node, long sequence)
    {
        var numbered = node.Clone();
        numbered.Metadata ??= new Struct();
        numbered.Metadata.Fields[LoadMethods.SequenceKey] = Value.ForNumber(sequence);
        return numbered;
    }

    private static TimeSpan IntervalOf(LoadStatsResponse asked)
    {
        var interval = asked.LoadReportingInterval?.ToTimeSpan() ?? TimeSpan.Zero;
        return interval < ShortestInterval ? ShortestInterval : interval > LongestInterval ? LongestInterval : interval;
    }
}
