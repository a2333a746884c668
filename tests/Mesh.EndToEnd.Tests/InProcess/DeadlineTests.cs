using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Time and the caller's presence through four hops (E06); no service has a line of code for it.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private const string ExpectedTimeout = "x-envoy-expected-rq-timeout-ms";

    private static readonly string[] Hops = ["front", "middle", "back", "leaf"];

    private readonly ConcurrentDictionary<string, int> _told = new();
    private readonly TaskCompletionSource _leafStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leafCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CountdownEvent _working = new(1);
    private readonly HttpClient _client = new();
    private InProcessMesh _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await InProcessMesh.StartAsync(string.Join("\n---\n", Hops.Select(Service)), Cancellation);
        InProcessService? front = null;
        for (var hop = Hops.Length - 1; hop >= 0; hop--)
        {
            var next = hop + 1 < Hops.Length ? Hops[hop + 1] : null;
            var name = Hops[hop];
            front = await _mesh.StartServiceAsync(name, "v1", app => app.MapGet("/{mode}", (string mode, HttpContext context) => ServeAsync(name, next, mode, context)), Cancellation);
        }

        _client.BaseAddress = new Uri(front!.App.Urls.Single());

        // Names are looked up and connections opened before it counts.
        using var warm = await _client.GetAsync("/quick", Cancellation);
        Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
        _told.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _mesh.DisposeAsync();
        _working.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task E06_DeadlineThroughFourHops_ShrinksAtEachAndEndsAllWork()
    {
        const int Limit = 1_000;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/slow") { Headers = { { ExpectedTimeout, Limit.ToString(CultureInfo.InvariantCulture) } } };

        using var response = await _client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await _leafCancelled.Task.WaitAsync(Cancellation);
        Assert.Equal(Hops.Order(), _told.Keys.Order());
        var told = Hops.Select(hop => _told[hop]).ToArray();
        Assert.Equal(Limit, told[0]);
        Assert.All(told, time => Assert.InRange(time, 1, Limit));
        Assert.Equal(told.OrderDescending(), told);

        // Nobody works on: every hop has left its handler.
        _working.Signal();
        Assert.True(await Task.Run(() => _working.Wait(TimeSpan.FromSeconds(20)), Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task E06_ClientDisconnects_CancelsTheLeaf()
    {
        using var gone = new CancellationTokenSource();
        var call = _client.GetAsync("/slow", gone.Token);
        await _leafStarted.Task.WaitAsync(Cancellation);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _leafCancelled.Task.WaitAsync(Cancellation);
        Assert.DoesNotContain(_told.Values, time => time > 0);
    }

    private static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}}
        spec:
          selector: {app: {{name}}}
          ports: [{port: 80, name: http}]
        """;

    private async Task ServeAsync(string name, string? next, string mode, HttpContext context)
    {
        _working.AddCount();
        try
        {
            _told[name] = int.TryParse(context.Request.Headers[ExpectedTimeout], CultureInfo.InvariantCulture, out var time) ? time : 0;
            if (next is not null)
            {
                // As applications write it: nothing is passed on, not even the request's cancellation token.
                using var client = context.RequestServices.GetRequiredService<IHttpClientFactory>().CreateClient();
                using var response = await client.GetAsync($"http://{next}/{mode}");
                context.Response.StatusCode = (int)response.StatusCode;
            }
            else if (mode == "slow")
            {
                await using var registration = context.RequestAborted.Register(_leafCancelled.SetResult);
                _leafStarted.SetResult();
                await _leafCancelled.Task;
                context.RequestAborted.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _working.Signal();
        }
    }
}
