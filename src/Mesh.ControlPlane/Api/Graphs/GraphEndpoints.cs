using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Api.Graphs;

/// <summary>The service graph: who calls whom, how often, how fast, with how many errors, now or at a time of the history.</summary>
/// <param name="graph">What clients reported; null when they are not asked to.</param>
/// <param name="reporters">How many clients report.</param>
internal sealed class GraphEndpoints(GraphHistory? graph, Func<int> reporters)
{
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/graph", Permission.ReadTraffic, ReadAsync)];

    private Task ReadAsync(ApiCall call)
    {
        if (graph is null)
        {
            throw ApiException.NotFound("This control plane asks its clients for no load reports (LoadReportInterval is 0), so there is no graph.");
        }

        var window = ReadWindow(call);
        var level = ReadLevel(call);
        var only = call.Query("namespace");
        if (only is not null)
        {
            call.RequireIn(only);
        }

        var settled = graph.Settle(window, ReadMoment(call));
        var traffic = graph.Read(settled, level, edge => Includes(call, edge, only) && IsAsked(call, edge));
        return call.WriteAsync(GraphDescription.Of(traffic, settled, level, reporters()));
    }

    /// <summary>An edge is told to whoever may see its source or its destination: both know that they talk to each other.</summary>
    private static bool Includes(ApiCall call, GraphEdge edge, string? only) =>
        only is null
            ? call.MayIn(edge.Source.Namespace) || call.MayIn(edge.Destination.Namespace)
            : edge.Source.Namespace == only || edge.Destination.Namespace == only;

    private static bool IsAsked(ApiCall call, GraphEdge edge) =>
        call.Query("service") is not { } service || edge.Source.Service == service || edge.Destination.Service == service;

    private TimeSpan ReadWindow(ApiCall call)
    {
        if (call.Query("window") is not { } text)
        {
            return DefaultWindow;
        }

        return WindowText.TryParse(text) is { } window && window >= ShortestWindow && window <= graph!.Length
            ? window
            : throw ApiException.BadRequest($"window: expected a number and s, m or h, from {ShortestWindow} to {graph!.Length}, such as 30s or 5m; got '{text}'.");
    }

    private static DateTimeOffset? ReadMoment(ApiCall call) =>
        call.Query("at") is not { } text ? null
        : WindowText.TryParseMoment(text) ?? throw ApiException.BadRequest($"at: expected a time such as 2026-01-31T12:00:00Z or seconds of Unix time, got '{text}'.");

    private static GraphLevel ReadLevel(ApiCall call) => call.Query("level") switch
    {
        null or "workload" => GraphLevel.Workload,
        "version" => GraphLevel.Version,
        "service" => GraphLevel.Service,
        var other => throw ApiException.BadRequest($"level: expected service, version or workload, got '{other}'."),
    };
}
