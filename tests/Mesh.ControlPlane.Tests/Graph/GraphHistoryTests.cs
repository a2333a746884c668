using Mesh.ControlPlane.Graph;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Graph;

/// <summary>What the graph remembers, for how long and how much of it.</summary>
public sealed class GraphHistoryTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly GraphEdge Edge = new(new GraphNode("default", "web", "v1", "web-1"), new GraphNode("default", "reviews", "v2", "reviews-2"));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Read_OfASteadyRate_TellsThatRateForEveryWindow()
    {
        var graph = Create();
        Report(graph, reports: 60, requests: 500);

        foreach (var seconds in new[] { 5, 30, 60, 240 })
        {
            var window = graph.Settle(TimeSpan.FromSeconds(seconds), null);

            Assert.Equal(100, Sum(graph, window).Requests / window.Seconds);
        }
    }

    [Fact]
    public void Read_OfReportsBetweenSlots_LosesNothing()
    {
        var graph = Create();
        _time.Advance(TimeSpan.FromSeconds(2.7));
        Report(graph, reports: 7, requests: 333);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(7 * 333, Sum(graph, graph.Settle(TimeSpan.FromMinutes(2), null)).Requests);
    }

    [Fact]
    public void Settle_ForAnEarlierTime_ReadsTheCoarseHistory()
    {
        var graph = Create();
        Report(graph, reports: 12, requests: 60);
        var then = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(30));

        var window = graph.Settle(TimeSpan.FromMinutes(3), then + TimeSpan.FromMinutes(1));

        Assert.False(window.IsFine);
        Assert.Equal(720, Sum(graph, window).Requests);
        Assert.Equal(0, Sum(graph, graph.Settle(TimeSpan.FromMinutes(1), null)).Requests);
    }

    [Fact]
    public void Read_AfterTheHistory_HasForgotten()
    {
        var graph = Create();
        Report(graph, reports: 1, requests: 5);
        _time.Advance(TimeSpan.FromHours(3));
        Report(graph, reports: 1, requests: 7);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(7, Sum(graph, graph.Settle(TimeSpan.FromHours(1), null)).Requests);
    }

    [Fact]
    public void Read_AtALevel_PutsWorkloadsTogether()
    {
        var graph = Create();
        var other = Edge with { Destination = Edge.Destination with { Workload = "reviews-3" } };
        graph.Add([new(Edge, new EdgeTraffic { Requests = 3 }), new(other, new EdgeTraffic { Requests = 4, Errors = 1 })], Interval);
        _time.Advance(TimeSpan.FromSeconds(15));
        var window = graph.Settle(TimeSpan.FromMinutes(1), null);

        Assert.Equal(2, graph.Read(window, GraphLevel.Workload, _ => true).Count);
        var (edge, traffic) = Assert.Single(graph.Read(window, GraphLevel.Version, _ => true));
        Assert.Equal("default/reviews/v2", edge.Destination.ToString());
        Assert.Equal((7, 1), (traffic.Requests, traffic.Errors));
        Assert.Equal("default/reviews", Assert.Single(graph.Read(window, GraphLevel.Service, _ => true)).Key.Destination.ToString());
    }

    [Fact]
    public void Add_OfMoreEdgesThanASlotHolds_LeavesThemOutAndCountsThem()
    {
        var graph = new GraphHistory(new GraphLimits { EdgesPerSlot = 10 }, Interval, _time);

        graph.Add(Enumerable.Range(0, 25).Select(Numbered), Interval);

        Assert.True(graph.LeftOut >= 15);
        Assert.InRange(graph.Records, 20, 40);
    }

    [Fact]
    public void Add_OfMoreRecordsThanThereIsRoomFor_ForgetsTheOldest()
    {
        var graph = new GraphHistory(new GraphLimits { Records = 50 }, Interval, _time);
        for (var report = 0; report < 20; report++)
        {
            _time.Advance(Interval);
            graph.Add(Enumerable.Range(0, 10).Select(Numbered), Interval);
        }

        Assert.InRange(graph.Records, 50, 100);
        Assert.True(Sum(graph, graph.Settle(TimeSpan.FromSeconds(10), null)).Requests > 0);
    }

    private static KeyValuePair<GraphEdge, EdgeTraffic> Numbered(int number) =>
        new(Edge with { Source = Edge.Source with { Workload = $"web-{number}" } }, new EdgeTraffic { Requests = 10 });

    private GraphHistory Create() => new(new GraphLimits(), Interval, _time);

    private void Report(GraphHistory graph, int reports, long requests)
    {
        for (var report = 0; report < reports; report++)
        {
            _time.Advance(Interval);
            graph.Add([new(Edge, new EdgeTraffic { Requests = requests })], Interval);
        }
    }

    private static EdgeTraffic Sum(GraphHistory graph, GraphWindow window)
    {
        var sum = new EdgeTraffic();
        foreach (var (_, traffic) in graph.Read(window, GraphLevel.Workload, _ => true))
        {
            sum.Add(traffic);
        }

        return sum;
    }
}
