using Mesh.Client.Propagation;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Propagation;

public sealed class HeaderCaptureTests
{
    private readonly HeaderCapture _capture = new(["X-Request-Id", "end-user", "cookie", "end-user"]);

    [Fact]
    public void Capture_NoneOfTheHeaders_AllocatesNothing()
    {
        var headers = new DefaultHttpContext { Request = { Headers = { ["accept"] = "text/html" } } }.Request.Headers;
        _capture.Capture(headers);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var captured = _capture.Capture(headers);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Null(captured);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Capture_SomeOfTheHeaders_KeepsThoseInLowerCase()
    {
        var captured = _capture.Capture(Request(("X-REQUEST-ID", "r1"), ("End-User", "jason"), ("accept", "text/html")).Headers)!;

        Assert.Equal([new("x-request-id", "r1"), new("end-user", "jason")], captured.Headers);
    }

    [Fact]
    public void Capture_SeveralLines_JoinsThemAsOne()
    {
        var request = Request();
        request.Headers["x-request-id"] = new(["a", "b"]);
        request.Headers.Cookie = new(["a=1", "b=2"]);

        var captured = _capture.Capture(request.Headers)!;

        Assert.Equal([new("x-request-id", "a,b"), new("cookie", "a=1; b=2")], captured.Headers);
    }

    [Fact]
    public async Task Wrap_AroundAnEndpoint_FlowsAcrossTasks()
    {
        string? seen = null;
        var run = _capture.Wrap(async _ => seen = await Task.Run(async () =>
        {
            await Task.Yield();
            return CurrentUser();
        }));

        await run(Request(("end-user", "jason")).HttpContext);

        Assert.Equal("jason", seen);
    }

    [Fact]
    public async Task Wrap_AfterTheRequest_LeavesNothingBehind()
    {
        var run = _capture.Wrap(_ => Task.CompletedTask);

        await run(Request(("end-user", "jason")).HttpContext);

        Assert.Null(PropagatedHeaders.Current);
    }

    [Fact]
    public async Task Wrap_InsideOfAnotherRequestsFlow_HidesItsHeaders()
    {
        PropagatedHeaders? seen = null;
        var inner = _capture.Wrap(_ =>
        {
            seen = PropagatedHeaders.Current;
            return Task.CompletedTask;
        });
        var outer = _capture.Wrap(_ => inner(Request().HttpContext));

        await outer(Request(("end-user", "jason")).HttpContext);

        Assert.Null(seen);
    }

    [Fact]
    public async Task Wrap_ParallelRequests_SeeOnlyTheirOwn()
    {
        const int Requests = 64;
        var missing = Requests;
        var allAreInside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = _capture.Wrap(async context =>
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

    private static string? CurrentUser() =>
        PropagatedHeaders.Current?.Headers.SingleOrDefault(header => header.Key == "end-user").Value;

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
