using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Loads;

namespace Mesh.ControlPlane.Hosting;

/// <summary>The parts that take what clients report of their requests, and what becomes of it.</summary>
internal sealed record TrafficState(GraphHistory Graph, LoadService Loads)
{
    /// <summary>Null when clients are not asked to report.</summary>
    public static TrafficState? Create(MeshControlPlaneOptions options, ControlPlaneState state, ILoggerFactory loggers, TimeProvider time)
    {
        if (options.LoadReportInterval == TimeSpan.Zero)
        {
            return null;
        }

        var graph = new GraphHistory(new GraphLimits { History = options.GraphHistory }, options.LoadReportInterval, time);
        var clients = new LoadClients(state.Clients, state.Serving.Nodes, () => state.Source.Current.Registry, time, loggers.CreateLogger<LoadService>());
        var service = new LoadService(clients, graph, new LoadLimits { Interval = options.LoadReportInterval }, new LoadMetrics(state.Metrics.Meter));
        state.Metrics.Meter.CreateObservableGauge("mesh_load_reporters", () => service.Reporters, description: "Clients that report their load.");
        state.Metrics.Meter.CreateObservableGauge("mesh_graph_records", () => graph.Records, description: "Edges of the service graph in all time slots.");
        return new TrafficState(graph, service);
    }
}
