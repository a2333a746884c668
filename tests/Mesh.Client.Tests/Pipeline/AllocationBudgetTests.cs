using System.Collections.Frozen;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Tests.Pipeline;

public sealed class AllocationBudgetTests
{
    /// <summary>Bytes a request over a bare invoker; the floor of one asynchronous hop is 128.</summary>
    private const int Budget = 400;

    private const int FullBudget = 700;

    [Fact]
    public void SendAsync_WithTwoHeaderRoutesAndASplit_StaysWithinItsBudget()
    {
        var endpoints = new LateEndpoints();
        using var mesh = new OutboundHarness(endpoints).Route(
            "reviews",
            [
                OutboundHarness.To("v1", OutboundHarness.WithHeader("end-user", "jason")),
                OutboundHarness.To("v1", OutboundHarness.WithHeader("x-lane", "blue")),
                new Route("split", OutboundHarness.Any, new ForwardAction { Clusters = [new WeightedCluster("v1", 90), new WeightedCluster("v2", 10)] }),
            ],
            ("v1", [1, 2]),
            ("v2", [3]));
        using var plain = new HttpMessageInvoker(endpoints.Create(null!));
        using var follower = new HttpMessageInvoker(mesh.Handlers.CreateHandler(new SocketsHttpHandler()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/a");
        request.Headers.Add("end-user", "other");

        var baseline = Measure(endpoints, plain, request);
        var meshed = Measure(endpoints, mesh.Invoker, request);
        var following = Measure(endpoints, follower, request);

        Assert.True(meshed - baseline <= Budget, $"The mesh allocates {meshed - baseline} bytes a request; the budget is {Budget}.");
        Assert.True(following - baseline <= Budget, $"The mesh that follows redirects allocates {following - baseline} bytes a request; the budget is {Budget}.");
    }

    [Fact]
    public void SendAsync_WithRetriesTimeoutOutliersLeastRequestAndTwentyRoutes_StaysWithinItsBudget()
    {
        var endpoints = new LateEndpoints();
        var policy = new ForwardAction
        {
            Clusters = [new WeightedCluster("one", 1)],
            Timeout = TimeSpan.FromSeconds(10),
            Retry = new RetryPolicy
            {
                Conditions = RetryConditionNames.Parse("5xx,reset,connect-failure"),
                MaxRetries = 2,
                AttemptTimeout = TimeSpan.FromSeconds(2),
                MaxReselections = 5,
            },
        };
        var routes = Enumerable.Range(0, 20).Select(index => new Route($"lane-{index}", OutboundHarness.WithHeader("x-lane", $"lane-{index}"), policy));
        using var mesh = new OutboundHarness(endpoints).Publish(new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], [.. routes, new Route("rest", OutboundHarness.Any, policy)]) { CountsAttempts = true },
            Clusters = new Dictionary<string, Cluster>
            {
                ["one"] = OutboundHarness.Cluster("one", [.. Enumerable.Range(1, 100)]) with
                {
                    Policy = new ClusterPolicy { LoadBalancing = new(LoadBalancingKind.LeastRequest), OutlierDetection = new OutlierDetectionPolicy() },
                },
            }.ToFrozenDictionary(),
        });
        using var plain = new HttpMessageInvoker(endpoints.Create(null!));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/a");
        request.Headers.Add("x-lane", "other");

        var baseline = Measure(endpoints, plain, request);
        var meshed = Measure(endpoints, mesh.Invoker, request);

        Assert.True(meshed - baseline <= FullBudget, $"With every policy the mesh allocates {meshed - baseline} bytes a request; the budget is {FullBudget}.");
    }

    /// <summary>Of one thread, on which a whole call runs: other tests of this process allocate too.</summary>
    private static long Measure(LateEndpoints endpoints, HttpMessageInvoker invoker, HttpRequestMessage request)
    {
        const int Requests = 200;
        var allocated = 0L;
        var thread = new Thread(() =>
        {
            Send(Requests);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Send(Requests);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
        });
        thread.Start();
        thread.Join();
        return allocated;

        void Send(int count)
        {
            for (var number = 0; number < count; number++)
            {
                var call = invoker.SendAsync(request, CancellationToken.None);
                endpoints.Answer(request);
                Assert.True(call.IsCompletedSuccessfully, "The call went on on another thread.");
                call.Result.Dispose();
            }
        }
    }

    /// <summary>Answers later, as a connection does, on the thread that says so.</summary>
    private sealed class LateEndpoints : IEndpointHandlerFactory
    {
        private TaskCompletionSource<HttpResponseMessage>? _asked;

        public HttpMessageHandler Create(EndpointPool pool) => new Handler(this);

        public void Answer(HttpRequestMessage request)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]), RequestMessage = request };
            response.Content.Headers.ContentLength = 0;
            _asked!.SetResult(response);
        }

        private sealed class Handler(LateEndpoints endpoints) : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                endpoints._asked = new TaskCompletionSource<HttpResponseMessage>();
                return endpoints._asked.Task;
            }
        }
    }
}
