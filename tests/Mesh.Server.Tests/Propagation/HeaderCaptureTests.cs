using Mesh.Client;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Propagation;

public sealed class HeaderCaptureTests
{
    private readonly HeaderCapture _capture = new(["X-Request-Id", "end-user", "cookie", "end-user"]);

    [Fact]
    public void Capture_NoneOfTheHeaders_AllocatesNothing()
    {
        var headers = new DefaultHttpContext { Request = { Headers = { ["accept"] = "text/html", ["te"] = "trailers" } } }.Request.Headers;
        _capture.Capture(headers);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var captured = _capture.Capture(headers);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(captured);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Capture_SomeOfTheHeaders_KeepsThoseInLowerCase()
    {
        var captured = _capture.Capture(Request(("X-REQUEST-ID", "r1"), ("End-User", "jason"), ("accept", "text/html")).Headers);

        Assert.Equal([new("x-request-id", "r1"), new("end-user", "jason")], captured);
    }

    [Fact]
    public void Capture_SeveralLines_JoinsThemAsOne()
    {
        var request = Request();
        request.Headers["x-request-id"] = new(["a", "b"]);
        request.Headers.Cookie = new(["a=1", "b=2"]);

        var captured = _capture.Capture(request.Headers);

        Assert.Equal([new("x-request-id", "a,b"), new("cookie", "a=1; b=2")], captured);
    }

    [Fact]
    public void Capture_HeadersOfOneHop_NeverCarriesThemOn()
    {
        var capture = new HeaderCapture(["x-envoy-expected-rq-timeout-ms", "grpc-timeout", "x-mesh-retries-exhausted", "content-length", "end-user"]);

        var captured = capture.Capture(
            Request(("x-envoy-expected-rq-timeout-ms", "1"), ("grpc-timeout", "1S"), ("x-mesh-retries-exhausted", "1"), ("content-length", "3"), ("end-user", "jason")).Headers);

        Assert.Equal([new("end-user", "jason")], captured);
    }

    [Fact]
    public void Capture_Prefixes_CarryTheirHeadersButNoneOfOneHop()
    {
        var options = new MeshPropagationOptions { Prefixes = { "x-tenant-", "grpc-" } };
        var captured = new HeaderCapture(options, "x-lane").Capture(
            Request(("X-Tenant-Name", "a"), ("x-tenant-plan", "b"), ("grpc-timeout", "1S"), ("x-tenants", "c"), ("x-lane", "blue")).Headers);

        Assert.Equal(["x-lane=blue", "x-tenant-name=a", "x-tenant-plan=b"], captured.Select(pair => $"{pair.Key}={pair.Value}").Order());
    }

    [Fact]
    public void Capture_MoreThanTheBounds_LeavesTheRestBehind()
    {
        var options = new MeshPropagationOptions { Headers = { "a", "b", "c" }, MaxHeaders = 2, MaxLength = 256 };

        Assert.Equal(2, new HeaderCapture(options, "x-lane").Capture(Request(("a", "1"), ("b", "2"), ("c", "3")).Headers).Length);
        Assert.Equal([new("b", "2")], new HeaderCapture(options, "x-lane").Capture(Request(("a", new string('x', 300)), ("b", "2")).Headers));
    }

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
