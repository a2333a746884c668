using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Hosting.Database;
using Mesh.ControlPlane.Serving.Loads;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The parts that take what clients report of their requests, and what becomes of it.</summary>
internal sealed class TrafficState : IAsyncDisposable
{
    /// <summary>Edges that wait for the other control planes: what a thousand clients report in an outage of the database of a minute.</summary>
    private const int OutboxCapacity = 100_000;

    private readonly LoadExchange? _exchange;

    private TrafficState(MeshControlPlaneOptions options, ControlPlaneState state, DatabaseParts? database, ILoggerFactory loggers, TimeProvider time)
    {
        // What others take in is here when they have written it and this control plane has read it.
        var lag = database is null ? TimeSpan.Zero : 2 * LoadExchange.Interval;
        var outbox = database is null ? null : new GraphOutbox(OutboxCapacity);
        Graph = new GraphHistory(new GraphLimits { History = options.GraphHistory }, options.LoadReportInterval + lag, time);
        var clients = new LoadClients(state.Clients, state.Serving.Nodes, () => state.Source.Current.Registry, time, loggers.CreateLogger<LoadService>());
        Loads = new LoadService(clients, Graph, new LoadLimits { Interval = options.LoadReportInterval }, new LoadMetrics(state.Metrics.Meter), outbox);
        _exchange = outbox is null ? null : database?.Share(Loads, outbox, loggers);
        state.Metrics.Meter.CreateObservableGauge("mesh_load_reporters", () => Loads.Reporters, description: "Clients that report their load.");
        state.Metrics.Meter.CreateObservableGauge("mesh_graph_records", () => Graph.Records, description: "Edges of the service graph in all time slots.");
        state.Metrics.Meter.CreateObservableCounter("mesh_graph_reports_not_shared_total", () => outbox?.LeftOut ?? 0, description: "Reports that the other control planes could not be told of.");
    }

    public GraphHistory Graph { get; }

    public LoadService Loads { get; }

    /// <summary>Clients that report, to this control plane and to the others.</summary>
    public int Reporters => Loads.Reporters + (_exchange?.ReportersElsewhere ?? 0);

    /// <summary>Null when clients are not asked to report.</summary>
    public static TrafficState? Create(MeshControlPlaneOptions options, ControlPlaneState state, DatabaseParts? database, ILoggerFactory loggers, TimeProvider time) =>
        options.LoadReportInterval == TimeSpan.Zero ? null : new TrafficState(options, state, database, loggers, time);

    public ValueTask DisposeAsync() => _exchange?.DisposeAsync() ?? ValueTask.CompletedTask;
}
