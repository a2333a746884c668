using System.Diagnostics;
using System.Threading.Channels;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client.Tests.Propagation;

public sealed class MeshContextTests
{
    private const string Parent = "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Current_InTaskRun_Flows()
    {
        using var _ = Serve(("end-user", "jason"));

        Assert.Equal("jason", await Task.Run(async () =>
        {
            await Task.Yield();
            return CallContext.Current!.Find("end-user");
        }, Cancellation));
    }

    [Fact]
    public async Task Restore_InTheWorkerOfAChannel_CarriesTheRequestOfEachItem()
    {
        var channel = Channel.CreateUnbounded<MeshContextCapture>();
        var worker = Task.Run(
            async () =>
            {
                List<string?> seen = [];
                await foreach (var item in channel.Reader.ReadAllAsync(Cancellation))
                {
                    using (item.Restore())
                    {
                        await Task.Yield();
                        seen.Add(CallContext.Current?.Find("end-user"));
                    }

                    seen.Add(CallContext.Current?.Find("end-user"));
                }

                return seen;
            },
            Cancellation);

        foreach (var user in (string[])["jason", "mary"])
        {
            using (Serve(("end-user", user)))
            {
                await channel.Writer.WriteAsync(MeshContext.Capture(), Cancellation);
            }
        }

        await channel.Writer.WriteAsync(MeshContext.Capture(), Cancellation);
        channel.Writer.Complete();

        Assert.Equal(["jason", null, "mary", null, null, null], await worker);
    }

    [Fact]
    public void Restore_AfterTheCallerHasGone_IsNotCancelled()
    {
        using var gone = new CancellationTokenSource();
        CallContext.Current = new CallContext(TimeSpan.Zero, TimeProvider.System) { CallerToken = gone.Token, Headers = [new("end-user", "jason")] };
        var capture = MeshContext.Capture();
        CallContext.Current = null;
        gone.Cancel();

        using (capture.Restore())
        {
            Assert.Equal((false, null, "jason"), (CallContext.Current!.CallerGone.IsCancellationRequested, CallContext.Current.Remaining, CallContext.Current.Find("end-user")));
        }

        Assert.Null(CallContext.Current);
    }

    [Fact]
    public void Capture_InASpanThatSomebodyListensTo_GoesOnFromThatSpan()
    {
        using var source = new ActivitySource("test.context");
        using var listener = new ActivityListener { ShouldListenTo = other => other == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var _ = Serve(("traceparent", Parent), ("tracestate", "a=1"), ("b3", "old"), ("end-user", "jason"));
        using var span = source.StartActivity("work", ActivityKind.Internal, Parent)!;

        var capture = MeshContext.Capture();
        using var restored = capture.Restore();

        Assert.Null(Activity.Current);
        Assert.Equal(span.Context, capture.Trace);
        Assert.Equal(span.Id, CallContext.Current!.Find("traceparent"));
        Assert.Equal(B3.Format(span.Context), CallContext.Current.Find("b3"));
        Assert.Equal("jason", CallContext.Current.Find("end-user"));
    }

    [Fact]
    public void Capture_InAnActivityForLogsAlone_GoesOnFromTheCaller()
    {
        using var _ = Serve(("traceparent", Parent));
        using var activity = new Activity("logs").Start();

        var capture = MeshContext.Capture();
        using var restored = capture.Restore();

        Assert.Equal(Parent, CallContext.Current!.Find("traceparent"));
        Assert.Equal("e457b5a2e4d86bd1", capture.Trace.SpanId.ToHexString());
    }

    [Fact]
    public void Apply_InAnActivityForLogsAlone_PassesTheCallersPositionUnchanged()
    {
        using var activity = new Activity("logs").Start();
        using var request = new HttpRequestMessage();

        HeaderPropagation.Apply(request, new CallContext { Headers = [new("traceparent", Parent), new("tracestate", "a=1")] });

        Assert.Equal((Parent, "a=1"), (request.Headers.NonValidated["traceparent"].ToString(), request.Headers.NonValidated["tracestate"].ToString()));
    }

    [Fact]
    public void Apply_BaggageOfTheApplication_IsAddedToTheCallers()
    {
        using var source = new ActivitySource("test.baggage");
        using var listener = new ActivityListener { ShouldListenTo = other => other == source, Sample = (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        using var span = source.StartActivity("work")!.AddBaggage("tenant", "a b").AddBaggage("plan", "mine");
        using var request = new HttpRequestMessage();

        HeaderPropagation.Apply(request, new CallContext { Headers = [new("baggage", "plan = free;ttl=1, x=2")] });

        Assert.Equal("plan = free;ttl=1, x=2,tenant=a%20b", request.Headers.NonValidated["baggage"].ToString());
    }

    [Fact]
    public void Apply_HeadersOfTheApplication_Stay()
    {
        using var request = new HttpRequestMessage { Headers = { { "end-user", "mary" } } };

        HeaderPropagation.Apply(request, new CallContext { Headers = [new("end-user", "jason"), new("x-lane", "blue")] });

        Assert.Equal(("mary", "blue"), (request.Headers.NonValidated["end-user"].ToString(), request.Headers.NonValidated["x-lane"].ToString()));
    }

    private static Served Serve(params (string Name, string Value)[] headers)
    {
        CallContext.Current = new CallContext { Headers = [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))] };
        return new Served();
    }

    private sealed class Served : IDisposable
    {
        public void Dispose() => CallContext.Current = null;
    }
}
