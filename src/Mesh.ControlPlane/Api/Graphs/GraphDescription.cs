using System.Text.Json.Nodes;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Api.Graphs;

/// <summary>A service graph as JSON.</summary>
internal static class GraphDescription
{
    public static JsonObject Of(IReadOnlyDictionary<GraphEdge, EdgeTraffic> traffic, GraphWindow window, GraphLevel level, int reporters)
    {
        var nodes = traffic.Keys.SelectMany(edge => new[] { edge.Source, edge.Destination }).Distinct().OrderBy(node => node.ToString(), StringComparer.Ordinal);
        var edges = traffic.OrderBy(pair => pair.Key.Source.ToString(), StringComparer.Ordinal).ThenBy(pair => pair.Key.Destination.ToString(), StringComparer.Ordinal);
        var inbound = Sums(traffic, edge => edge.Destination);
        var outbound = Sums(traffic, edge => edge.Source);
        return new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "Graph",
            ["from"] = window.From.ToString("O"),
            ["to"] = window.To.ToString("O"),
            ["windowSeconds"] = window.Seconds,
            ["level"] = level.ToString().ToLowerInvariant(),
            ["reporters"] = reporters,
            ["nodes"] = new JsonArray([.. nodes.Select(node => Node(node, window, inbound.GetValueOrDefault(node), outbound.GetValueOrDefault(node)))]),
            ["edges"] = new JsonArray([.. edges.Select(pair => Edge(pair.Key, pair.Value, window))]),
        };
    }

    private static Dictionary<GraphNode, EdgeTraffic> Sums(IReadOnlyDictionary<GraphEdge, EdgeTraffic> traffic, Func<GraphEdge, GraphNode> end)
    {
        var sums = new Dictionary<GraphNode, EdgeTraffic>();
        foreach (var (edge, part) in traffic)
        {
            var node = end(edge);
            if (!sums.TryGetValue(node, out var sum))
            {
                sums[node] = sum = new EdgeTraffic();
            }

            sum.Add(part);
        }

        return sums;
    }

    private static JsonObject Node(GraphNode node, GraphWindow window, EdgeTraffic? inbound, EdgeTraffic? outbound) => new JsonObject
    {
        ["id"] = node.ToString(),
        ["namespace"] = node.Namespace,
        ["service"] = node.Service,
        ["version"] = node.Version,
        ["workload"] = node.Workload,
        ["inbound"] = inbound is null ? null : Traffic(inbound, window),
        ["outbound"] = outbound is null ? null : Traffic(outbound, window),
    };

    private static JsonObject Edge(GraphEdge edge, EdgeTraffic traffic, GraphWindow window)
    {
        var item = new JsonObject { ["source"] = edge.Source.ToString(), ["destination"] = edge.Destination.ToString() };
        foreach (var (name, value) in Traffic(traffic, window))
        {
            item[name] = value?.DeepClone();
        }

        return item;
    }

    public static JsonObject Traffic(EdgeTraffic traffic, GraphWindow window) => new()
    {
        ["protocol"] = !traffic.IsDetailed ? null : traffic.Grpc * 2 > traffic.Requests ? "grpc" : "http",
        ["requests"] = traffic.Requests,
        ["requestsPerSecond"] = Math.Round(traffic.Requests / window.Seconds, 3),
        ["errors"] = traffic.Errors,
        ["errorRate"] = Ratio(traffic.Errors, traffic.Requests) ?? 0,
        ["retries"] = traffic.IsDetailed ? traffic.Retries : null,
        ["retriesPerSecond"] = traffic.IsDetailed ? Math.Round(traffic.Retries / window.Seconds, 3) : null,
        ["mutualTls"] = traffic.IsDetailed ? Ratio(traffic.MutualTls, traffic.Requests) : null,
        ["latency"] = traffic.Latency.Total == 0 ? null : new JsonObject
        {
            ["p50"] = Milliseconds(traffic, 0.5),
            ["p90"] = Milliseconds(traffic, 0.9),
            ["p95"] = Milliseconds(traffic, 0.95),
            ["p99"] = Milliseconds(traffic, 0.99),
        },
    };

    private static double? Ratio(long part, long whole) => whole == 0 ? null : Math.Round((double)part / whole, 6);

    private static double Milliseconds(EdgeTraffic traffic, double part) => Math.Round(traffic.Latency.Quantile(part) ?? 0, 3);
}
