using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Reliability;

/// <summary>The pauses between attempts at control planes (fault matrix A06, decision 0037).</summary>
public sealed class ServerRotationTests
{
    private readonly ServerRotation _servers = new(
        () => new XdsBootstrap([new XdsServer(new Uri("http://127.0.0.1:1"))], new XdsNode("node-1")), new XdsClientOptions(), new Random(1), NullLogger.Instance);

    private static Exception Unreached => new HttpRequestException(HttpRequestError.ConnectionError, "refused");

    private static Exception Dropped => new GrpcException(GrpcStatusCode.Unavailable, "dropped");

    [Fact]
    public void A06_ServerIsAwayForLong_PausesStayShortAndSoIsTheOneAfterItsFirstDroppedStream()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            Assert.InRange(_servers.Pause(Unreached).TotalSeconds, 0.8, 6);
        }

        Assert.InRange(_servers.Pause(Dropped).TotalSeconds, 0.8, 1.2);
        Assert.InRange(_servers.Pause(Dropped).TotalSeconds, 1.28, 1.92);
        Assert.Equal(102, _servers.Failures);
    }

    [Fact]
    public void A06_ServerAnswers_BothCountsBeginAnew()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            _servers.Pause(Unreached);
            _servers.Pause(Dropped);
        }

        _servers.Succeeded();

        Assert.InRange(_servers.Pause(Dropped).TotalSeconds, 0.8, 1.2);
        Assert.InRange(_servers.Pause(Unreached).TotalSeconds, 0.8, 1.2);
    }
}
