using System.Net;
using Mesh.Client.Propagation;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>Layers above that repeat what the mesh has given up on: Polly, a resilience handler, a loop.</summary>
public sealed class RepeatedCallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_TheSameMessageAfterAFailure_IsSentOnceWithoutRetries()
    {
        var endpoints = Failing();
        using var mesh = new OutboundHarness(endpoints).Retry("reviews", RetryLoopTests.Retrying("5xx", 2), null, 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");

        (await mesh.Invoker.SendAsync(request, Cancellation)).Dispose();
        (await mesh.Invoker.SendAsync(request, Cancellation)).Dispose();

        Assert.Equal(3 + 1, endpoints.Requests[1]);
    }

    [Fact]
    public async Task E01_ThreeLayersRepeatEverything_AddsAFifthOfTheLoad()
    {
        var endpoints = Failing();
        using var mesh = new OutboundHarness(endpoints).Retry("reviews", RetryLoopTests.Retrying("5xx", 3) with { BaseInterval = TimeSpan.FromTicks(1) }, null, 1);

        for (var call = 0; call < 1000; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");
            for (var layer = 0; layer < 9; layer++)
            {
                (await mesh.Invoker.SendAsync(request, Cancellation)).Dispose();
            }
        }

        Assert.InRange(endpoints.Requests[1], 1000, 1200);
    }

    [Fact]
    public async Task SendAsync_ARepetitionThatSucceeds_CostsNothingAndIsForgotten()
    {
        var fails = true;
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, fails ? 503 : 200)));
        using var mesh = new OutboundHarness(endpoints).Retry("reviews", RetryLoopTests.Retrying("refused-stream", 2), null, 1);

        for (var call = 0; call < 100; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");
            fails = true;
            (await mesh.Invoker.SendAsync(request, Cancellation)).Dispose();
            fails = false;
            using var response = await mesh.Invoker.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task SendAsync_AfterACalleeHasSpentItsRetries_SendsNothing()
    {
        var endpoints = new ScriptedEndpoints((request, _) =>
        {
            var response = Answer(request, 503);
            response.Headers.Add(RetryOwnership.ExhaustedHeader, "1");
            return Task.FromResult(response);
        });
        using var mesh = new OutboundHarness(endpoints).Retry("reviews", RetryLoopTests.Retrying("5xx", 3), null, 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");

        (await mesh.Invoker.SendAsync(request, Cancellation)).Dispose();
        using var repeated = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(1, endpoints.Requests[1]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, repeated.StatusCode);
        Assert.Equal("URX", Assert.Single(repeated.Headers.GetValues(MeshTelemetry.ResponseFlagsHeader)));
    }

    [Fact]
    public async Task SendAsync_ANewMessageForTheSameTargetWithinARequestBeingServed_IsARepetition()
    {
        var endpoints = Failing();
        using var mesh = new OutboundHarness(endpoints).Retry("reviews", RetryLoopTests.Retrying("5xx", 2), null, 1);
        CallContext.Current = new CallContext();

        (await mesh.GetAsync("http://reviews/a")).Dispose();
        (await mesh.GetAsync("http://reviews/a")).Dispose();
        Assert.Equal(3 + 1, endpoints.Requests[1]);
        (await mesh.GetAsync("http://reviews/b")).Dispose();

        Assert.Equal(3 + 1 + 3, endpoints.Requests[1]);
        Assert.True(CallContext.Current.RetriesExhausted);
    }

    private static ScriptedEndpoints Failing() => new((request, _) => Task.FromResult(Answer(request, 503)));

    private static HttpResponseMessage Answer(HttpRequestMessage request, int status) => new((HttpStatusCode)status) { RequestMessage = request };
}
