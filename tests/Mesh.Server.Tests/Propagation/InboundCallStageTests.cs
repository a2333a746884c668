using Mesh.Client;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Mesh.Server.Propagation;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.Propagation;

public sealed class InboundCallStageTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly InboundCallStage _stage;

    public InboundCallStageTests() => _stage = Stage(new MeshPropagationOptions());

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AroundAnEndpoint_FlowsAcrossTasks()
    {
        string? seen = null;
        var run = _stage.Wrap(async _ => seen = await Task.Run(async () =>
        {
            await Task.Yield();
            return CurrentUser();
        }));

        await run(Request(("end-user", "jason")).HttpContext);

        Assert.Equal("jason", seen);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AfterTheRequest_LeavesNothingBehind()
    {
        var run = _stage.Wrap(_ => Task.CompletedTask);

        await run(Request(("end-user", "jason")).HttpContext);

        Assert.Null(CallContext.Current);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_InsideOfAnotherRequestsFlow_HidesItsHeaders()
    {
        CallContext? seen = null;
        var inner = _stage.Wrap(_ =>
        {
            seen = CallContext.Current;
            return Task.CompletedTask;
        });
        var outer = _stage.Wrap(_ => inner(Request().HttpContext));

        await outer(Request(("end-user", "jason")).HttpContext);

        Assert.Empty(seen!.Headers);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_ParallelRequests_SeeOnlyTheirOwn()
    {
        const int Requests = 64;
        var missing = Requests;
        var allAreInside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = _stage.Wrap(async context =>
        {
            if (Interlocked.Decrement(ref missing) == 0)
            {
                allAreInside.SetResult();
            }

            await allAreInside.Task;
            context.Items["seen"] = CurrentUser();
        });

        var contexts = Enumerable.Range(0, Requests)
            .Select(i => i % 4 == 0 ? Request().HttpContext : Request(("end-user", $"user-{i}")).HttpContext)
            .ToArray();
        await Task.WhenAll(contexts.Select(context => Task.Run(() => run(context))));

        Assert.All(contexts, context => Assert.Equal((string?)context.Request.Headers["end-user"], context.Items["seen"]));
    }

    [Theory]
    [InlineData("x-envoy-expected-rq-timeout-ms", "300", null, 300)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "0", null, null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "-1", null, null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "1.5", null, null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "300, 200", null, null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "99999999999", null, null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "soon", null, null)]
    [InlineData("grpc-timeout", "300m", null, null)]
    [InlineData("grpc-timeout", "300m", "application/grpc", 300)]
    [InlineData("grpc-timeout", "2S", "application/grpc+proto", 2000)]
    [InlineData("grpc-timeout", "300m", "application/grpc-web", null)]
    [InlineData("grpc-timeout", "300", "application/grpc", null)]
    [InlineData("grpc-timeout", "-3m", "application/grpc", null)]
    [InlineData("x-envoy-expected-rq-timeout-ms", "300", "application/grpc", 300)]
    public async Task Wrap_TimeOfTheCaller_IsKnownToTheCallsMadeForIt(string name, string value, string? contentType, int? milliseconds)
    {
        TimeSpan? seen = null;
        var context = Request((name, value)).HttpContext;
        context.Request.ContentType = contentType;

        await _stage.Wrap(_ =>
        {
            seen = CallContext.Current!.Remaining;
            return Task.CompletedTask;
        })(context);

        Assert.Equal(milliseconds, seen is { } time ? (int)Math.Round(time.TotalMilliseconds) : null);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_ShorterExpectedTimeOfAGrpcRequest_IsToldToItsServer()
    {
        var context = Request(("x-envoy-expected-rq-timeout-ms", "50"), ("grpc-timeout", "2S")).HttpContext;
        context.Request.ContentType = "application/grpc";

        await _stage.Wrap(_ => Task.CompletedTask)(context);

        Assert.Equal("50000000n", context.Request.Headers["grpc-timeout"]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_TimeIsOverWhileTheAppWorks_CancelsItAndAnswers504()
    {
        var context = Timed(300);
        var started = new TaskCompletionSource();
        var run = _stage.Wrap(async http =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        })(context);
        await started.Task;

        _time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await run;

        Assert.Equal(504, context.Response.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AppFailsBecauseItsCallsRanOutOfTime_Answers504()
    {
        var context = Timed(300);

        await _stage.Wrap(_ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(300));
            throw new HttpRequestException("504");
        })(context);

        Assert.Equal(504, context.Response.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AppFailsInTime_KeepsItsException()
    {
        var run = _stage.Wrap(_ => throw new InvalidOperationException("the app's own"))(Timed(300));

        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_GrpcTimeIsOverOnArrival_AnswersDeadlineExceededWithoutTheApp()
    {
        var context = Request(("grpc-timeout", "0m")).HttpContext;
        context.Request.ContentType = "application/grpc";
        var called = false;

        await _stage.Wrap(_ =>
        {
            called = true;
            return Task.CompletedTask;
        })(context);

        Assert.False(called);
        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal("4", context.Response.Headers["grpc-status"]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AfterAnAnswerInTime_FreesWorkThatGoesOn()
    {
        using var aborted = new CancellationTokenSource();
        var context = Timed(300);
        context.RequestAborted = aborted.Token;
        CallContext? kept = null;

        await _stage.Wrap(_ =>
        {
            kept = CallContext.Current;
            return Task.CompletedTask;
        })(context);
        await aborted.CancelAsync();

        Assert.Null(kept!.Remaining);
        Assert.False(kept.CallerGone.IsCancellationRequested);
        Assert.Equal(aborted.Token, context.RequestAborted);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_AfterTheCallerHasGone_WorkThatGoesOnKnows()
    {
        using var aborted = new CancellationTokenSource();
        var context = Request().HttpContext;
        context.RequestAborted = aborted.Token;
        CallContext? kept = null;

        await _stage.Wrap(async _ =>
        {
            kept = CallContext.Current;
            await aborted.CancelAsync();
        })(context);

        Assert.True(kept!.CallerGone.IsCancellationRequested);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_Detached_KeepsOnlyTheHeaders()
    {
        using var aborted = new CancellationTokenSource();
        var context = Request(("end-user", "jason"), ("x-envoy-expected-rq-timeout-ms", "300")).HttpContext;
        context.RequestAborted = aborted.Token;
        CallContext? inside = null, after = null;

        await _stage.Wrap(_ =>
        {
            using (MeshContext.Detach())
            {
                inside = CallContext.Current;
            }

            after = CallContext.Current;
            return Task.CompletedTask;
        })(context);

        Assert.Equal([new("end-user", "jason")], inside!.Headers);
        Assert.False(inside.CallerGone.CanBeCanceled);
        Assert.Null(inside.Remaining);
        Assert.NotSame(inside, after);
    }

    [Fact(Timeout = 20_000)]
    public async Task Wrap_DeadlinesAndCancellationOff_LeavesOnlyTheHeaders()
    {
        using var aborted = new CancellationTokenSource();
        var context = Timed(300);
        context.RequestAborted = aborted.Token;
        CallContext? seen = null;

        await Stage(new MeshPropagationOptions { Deadlines = false, CancelWithCaller = false }).Wrap(_ =>
        {
            seen = CallContext.Current;
            return Task.CompletedTask;
        })(context);

        Assert.Null(seen);
        Assert.Equal(aborted.Token, context.RequestAborted);
    }

    private static string? CurrentUser() =>
        CallContext.Current?.Headers.SingleOrDefault(header => header.Key == "end-user").Value;

    private InboundCallStage Stage(MeshPropagationOptions options) =>
        new(options, new HeaderCapture(options, "x-lane"), new DeadlinePool(_time), _time, NullLogger<InboundCallStage>.Instance);

    private static HttpContext Timed(int milliseconds) =>
        Request(("x-envoy-expected-rq-timeout-ms", milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture))).HttpContext;

    private static HttpRequest Request(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context.Request;
    }
}
