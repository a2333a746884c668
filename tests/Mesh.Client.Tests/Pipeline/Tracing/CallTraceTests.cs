using System.Diagnostics;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client.Tests.Pipeline.Tracing;

public sealed class CallTraceTests
{
    [Fact]
    public async Task Call_OfATracedRequest_IsAClientSpanThatTheCalleeGoesOnFrom()
    {
        using var rig = new TraceRig();
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync(("traceparent", TraceRig.Parent), ("tracestate", "a=1"), ("x-request-id", "id-1"));

        var span = Assert.Single(rig.Stopped);
        Assert.Equal(("GET", ActivityKind.Client, "e457b5a2e4d86bd1"), (span.DisplayName, span.Kind, span.ParentSpanId.ToHexString()));
        Assert.Equal((span.Id, "a=1"), (sent["traceparent"], sent["tracestate"]));
        var tags = span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
        Assert.Equal("200", tags["http.response.status_code"]);
        Assert.Equal(("GET", "ratings", "80", "http://ratings/ratings/0?*"), (tags["http.request.method"], tags["server.address"], tags["server.port"], tags["url.full"]));
        Assert.Equal(("127.0.0.1:7", "one", "-", "id-1"), (tags["peer.address"], tags["upstream_cluster"], tags["response_flags"], tags["guid:x-request-id"]));
        Assert.Equal(("productpage", "v1", "default"), (tags["istio.canonical_service"], tags["istio.canonical_revision"], tags["istio.namespace"]));
        Assert.False(tags.ContainsKey("error.type"));
        Assert.Null(Activity.Current);
    }

    [Theory]
    [InlineData("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1")]
    [InlineData("x-b3-traceid", "80f198ee56343ba864fe8b2a57d3eff7")]
    public async Task Call_OfARequestInB3_GoesOnInBothFormats(string name, string value)
    {
        using var rig = new TraceRig();
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync((name, value), ("x-b3-spanid", "e457b5a2e4d86bd1"), ("x-b3-sampled", "1"));

        var span = Assert.Single(rig.Stopped);
        Assert.Equal(("80f198ee56343ba864fe8b2a57d3eff7", "e457b5a2e4d86bd1"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(span.Id, sent["traceparent"]);
        Assert.Equal(name == "b3" ? B3.Format(span.Context) : span.TraceId.ToHexString(), sent[name]);
    }

    [Fact]
    public async Task Call_WithFormatsOfItsOwn_IsToldInThose()
    {
        using var rig = new TraceRig(formats: [TraceFormat.B3Multi]);
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync();

        Assert.Equal((Assert.Single(rig.Stopped).SpanId.ToHexString(), "1"), (sent["x-b3-spanid"], sent["x-b3-sampled"]));
        Assert.False(sent.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData(false, TraceRig.Parent)]
    [InlineData(true, "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-00")]
    public async Task Call_ThatNobodyTraces_PassesTheCallersPositionUnchanged(bool isListened, string parent)
    {
        using var rig = new TraceRig(isListened: isListened);
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync(("traceparent", parent), ("b3", "x"));

        Assert.Equal((parent, "x"), (sent["traceparent"], sent["b3"]));
        Assert.Empty(rig.Stopped);
    }

    [Fact]
    public async Task Call_NotDrawn_TellsCalleesSo()
    {
        using var rig = new TraceRig(new TracingSide { SamplingPercentage = 0 });
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync();

        Assert.Empty(rig.Stopped);
        Assert.EndsWith("-00", sent["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithSpansDisabled_StillFlowsOn()
    {
        using var rig = new TraceRig(new TracingSide { IsDisabled = true });
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync(("traceparent", TraceRig.Parent));

        Assert.Empty(rig.Stopped);
        Assert.Equal(TraceRig.Parent, sent["traceparent"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WithPropagationDisabled_SendsNoPosition(bool isListened)
    {
        using var rig = new TraceRig(new TracingSide { Propagates = false }, isListened: isListened);
        rig.Mesh.Forward("ratings", 7);

        var sent = await rig.SendAsync(("traceparent", TraceRig.Parent), ("b3", "x"));

        Assert.False(sent.ContainsKey("traceparent") || sent.ContainsKey("b3"));
    }

    [Fact]
    public async Task Call_OfTheApplicationsOwnSpan_IsItsChild()
    {
        using var rig = new TraceRig();
        rig.Mesh.Forward("ratings", 7);
        using var source = new ActivitySource("test.own");
        using var listener = new ActivityListener { ShouldListenTo = other => other == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var own = source.StartActivity("own")!;

        await rig.SendAsync(("traceparent", TraceRig.Parent));

        Assert.Equal(own.SpanId, Assert.Single(rig.Stopped).ParentSpanId);
        Assert.Same(own, Activity.Current);
    }

    [Fact]
    public async Task Retry_MakesEveryAttemptAChildSpan()
    {
        var answers = 0;
        var seen = new List<string?>();
        using var rig = new TraceRig(endpoints: new ScriptedEndpoints((request, _) =>
        {
            seen.Add(request.Headers.GetValues("traceparent").Single());
            return Task.FromResult(new HttpResponseMessage(++answers < 3 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent([]) });
        }));
        rig.Mesh.Retry("ratings", new RetryPolicy { Conditions = RetryConditions.ServerError, MaxRetries = 2 }, timeout: null, 7);

        await rig.SendAsync(("traceparent", TraceRig.Parent));

        var call = rig.Stopped.Single(span => span.ParentSpanId.ToHexString() == "e457b5a2e4d86bd1");
        var attempts = rig.Stopped.Where(span => span != call).OrderBy(span => span.GetTagItem("http.request.resend_count") as int? ?? 0).ToArray();
        Assert.Equal(3, attempts.Length);
        Assert.All(attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentSpanId));
        Assert.Equal([503, 503, 200], attempts.Select(attempt => attempt.GetTagItem("http.response.status_code")));
        Assert.Equal([call.Id, attempts[1].Id, attempts[2].Id], seen);
        Assert.Equal(["retry", "retry"], call.Events.Select(happened => happened.Name));
        Assert.Equal(3, call.GetTagItem("mesh.attempts"));
    }

    [Fact]
    public async Task Hedge_MakesEveryAttemptAChildSpan()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = 0;
        using var rig = new TraceRig(endpoints: new ScriptedEndpoints(async (request, cancellation) =>
        {
            if (Interlocked.Increment(ref answers) == 1)
            {
                await first.Task.WaitAsync(cancellation);
            }

            return new HttpResponseMessage { RequestMessage = request, Content = new ByteArrayContent([]) };
        }));
        rig.Mesh.Route(
            "ratings",
            [new Route("one", OutboundHarness.Any, new ForwardAction { Clusters = [new("one", 1)], Hedging = new HedgingPolicy(TimeSpan.FromMilliseconds(1), 2) })],
            ("one", [7, 8]));

        await rig.SendAsync(("traceparent", TraceRig.Parent));
        await rig.StoppedAsync(3);

        var call = rig.Stopped.Single(span => span.ParentSpanId.ToHexString() == "e457b5a2e4d86bd1");
        var attempts = rig.Stopped.Where(span => span != call).ToArray();
        Assert.Equal(2, attempts.Length);
        Assert.All(attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentSpanId));
        Assert.Equal(2, call.GetTagItem("mesh.attempts"));
    }

    [Fact]
    public async Task CustomTags_OfEveryKind_AreOnTheSpan()
    {
        using var rig = new TraceRig(new TracingSide
        {
            HasIstioTags = false,
            CustomTags =
            [
                new CustomTag("a", CustomTagKind.Literal, "fixed"),
                new CustomTag("b", CustomTagKind.Environment, "POD_NAME", "none"),
                new CustomTag("c", CustomTagKind.Environment, "SECRET", "none"),
                new CustomTag("d", CustomTagKind.Header, "end-user"),
                new CustomTag("e", CustomTagKind.Header, "missing"),
                new CustomTag("f", CustomTagKind.Formatter, "%REQ(:METHOD)%-%RESPONSE_CODE%"),
            ],
        });
        rig.Mesh.Forward("ratings", 7);

        await rig.SendAsync(("end-user", "jason"));

        var span = Assert.Single(rig.Stopped);
        Assert.Equal(["fixed", "pod-1", "none", "jason", null, "GET-200"], ((string[])["a", "b", "c", "d", "e", "f"]).Select(name => (string?)span.GetTagItem(name)));
        Assert.Null(span.GetTagItem("istio.canonical_service"));
    }

    [Fact]
    public async Task Failure_OfTheCall_IsAnError()
    {
        using var rig = new TraceRig();
        rig.Mesh.Forward("ratings");

        await rig.SendAsync();

        var span = Assert.Single(rig.Stopped);
        Assert.Equal((ActivityStatusCode.Error, "503", "UH"), (span.Status, span.GetTagItem("error.type"), span.GetTagItem("response_flags")));
    }
}
