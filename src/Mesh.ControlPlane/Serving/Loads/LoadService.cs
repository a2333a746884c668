using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>The load reporting service: clients of every kind tell what they sent where, and the graph remembers it.</summary>
/// <param name="clients">Know who it is.</param>
/// <param name="graph">Where reports go.</param>
/// <param name="limits">What clients may report.</param>
/// <param name="metrics">Counts it.</param>
/// <param name="outbox">Tells other control planes; null where there are none.</param>
internal sealed class LoadService(LoadClients clients, GraphHistory graph, LoadLimits limits, LoadMetrics metrics, GraphOutbox? outbox = null)
{
    private readonly ReportSources _sources = new(limits, clients.Time);
    private readonly LoadReportReader _reader = new(clients.Registry, limits, metrics);

    /// <summary>Clients that report.</summary>
    public int Reporters => _sources.Streams;

    /// <param name="endpoints">Of the port.</param>
    /// <param name="streams">Who may open a stream there, and how long it lasts.</param>
    public void Map(IEndpointRouteBuilder endpoints, GuardedStreams streams) => endpoints.MapGrpc(
        LoadMethods.StreamLoadStats,
        call => streams.ServeAsync(call, (caller, ended) => ServeAsync(call, streams, caller, ended)),
        new GrpcServerOptions { MaxReceiveMessageSize = limits.MessageSize });

    private async Task ServeAsync(GrpcServerCall<LoadStatsRequest, LoadStatsResponse> call, GuardedStreams streams, StreamCaller? caller, CancellationToken ended)
    {
        try
        {
            if (await streams.ReadFirstAsync(call, limits.FirstReportTimeout, ended) is { } first)
            {
                await FollowAsync(call, first, caller, ended);
            }
        }
        catch (GrpcException exception) when (exception.Code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.PermissionDenied)
        {
            metrics.Refused(exception.Code == GrpcStatusCode.ResourceExhausted ? "flood" : "node");
            LoadLog.Refused(clients.Logger, caller?.Id.ToString() ?? $"{call.HttpContext.Connection.RemoteIpAddress}", exception.Detail);
            throw;
        }
    }

    private async Task FollowAsync(
        GrpcServerCall<LoadStatsRequest, LoadStatsResponse> call, LoadStatsRequest first, StreamCaller? caller, CancellationToken cancellationToken)
    {
        var node = clients.Read(first.Node, caller);
        var identity = caller?.Id.ToString() ?? "";
        var source = _sources.Enter(node.Id, identity);
        try
        {
            LoadLog.Reporting(clients.Logger, node.Id);
            call.ResponseHeaders[LoadMethods.AcknowledgesHeader] = "1";
            await new LoadStream(call, new ReportingNode(node.Id, clients.NameOf(node, first.Node), source, ReportSources.KeyOf(node.Id, identity)), this, first.Node, clients.Time).RunAsync(first, cancellationToken);
        }
        finally
        {
            _sources.Leave(source);
            LoadLog.Ended(clients.Logger, node.Id);
        }
    }

    /// <summary>What clients are asked to report.</summary>
    /// <param name="node">Who is asked.</param>
    /// <param name="sendsAll">Whether it can report all clusters without a list of them.</param>
    internal LoadStatsResponse Ask(ReportingNode node, bool sendsAll)
    {
        var response = new LoadStatsResponse
        {
            LoadReportingInterval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(limits.Interval),
            SendAllClusters = sendsAll,
            ReportEndpointGranularity = true,
        };
        if (!sendsAll)
        {
            response.Clusters.Add(clients.ClustersOf(node.Id).Take(limits.Clusters));
        }

        return response;
    }

    /// <summary>Takes a report in, unless it came before; throws when it comes far too soon.</summary>
    internal void Take(ReportingNode node, LoadStatsRequest report, TimeSpan sinceLast)
    {
        if (!node.Source.TryTake(limits.Interval, clients.Time))
        {
            throw new GrpcException(
                GrpcStatusCode.ResourceExhausted,
                $"Load is to be reported every {limits.Interval.TotalSeconds} s; '{node.Id}' reports far more often.");
        }

        var number = SequenceOf(report);
        if (!node.Source.IsNew(number))
        {
            metrics.Repeated();
            return;
        }

        metrics.Taken();
        if (report.ClusterStats.Count > 0)
        {
            var taken = new GraphReport(node.Key, number, clients.Time.GetUtcNow(), IntervalOf(report, sinceLast), _reader.Read(node.Name, report.ClusterStats));
            graph.Add(taken.Edges, taken.Interval, taken.At);
            outbox?.Add(taken);
        }
    }

    /// <summary>Takes in what a client has reported to another control plane, unless it reported the same here.</summary>
    public void TakeElsewhere(GraphReport report)
    {
        if (_sources.IsNewElsewhere(report.Source, report.Number))
        {
            graph.Add(report.Edges, report.Interval, report.At);
        }
        else
        {
            metrics.Repeated();
        }
    }

    /// <summary>grpc-go's first report claims centuries: nobody has counted for longer than since its last report, or for an hour.</summary>
    private static TimeSpan IntervalOf(LoadStatsRequest report, TimeSpan sinceLast)
    {
        var said = report.ClusterStats[0].LoadReportInterval;
        return said is { Seconds: >= 0 and < 3600, Nanos: >= 0 } && said.ToTimeSpan() is { Ticks: > 0 } time ? time : sinceLast;
    }

    private static long SequenceOf(LoadStatsRequest report) =>
        report.Node?.Metadata?.Fields.TryGetValue(LoadMethods.SequenceKey, out var number) == true && number.NumberValue is > 0 and < long.MaxValue ? (long)number.NumberValue : 0;
}
