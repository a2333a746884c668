using System.Net;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing.Faulty;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Streams over which one side can say nothing.</summary>
public sealed class BrokenStreamTests
{
    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A07_StreamDiesBeforeAResponseIsAnswered_AnotherIsOpened(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        using var line = new BreakableHandler();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol, OpenChannel = (at, _) => new GrpcChannel(at.Address, new HttpMessageInvoker(line, disposeHandler: false)) }, server.Address);
        var first = await StreamTests.ServeReviewsAsync(server, rig);

        line.IsBroken = true;
        await first.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7002))));
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7002]);
        await line.Failed;
        line.IsBroken = false;
        first.Fail(GrpcStatusCode.Unavailable);

        var second = await server.AcceptAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await second.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
    }

    [Fact]
    public async Task A05_ConnectionIsTakenAndNothingSaid_IsNoServerAndTheClockOfResourcesStandsStill()
    {
        // A system takes connections for a process that stands still (SIGSTOP), and proxies do for one that is gone.
        await using var silent = FaultyEndpoint.Silent();
        var options = new XdsClientOptions { BackoffBase = TimeSpan.FromMinutes(10), BackoffCap = TimeSpan.FromMinutes(10) };
        await using var rig = new XdsClientRig(options, new Uri($"http://127.0.0.1:{silent.Port}"));
        rig.Logs.Expect("XdsDisconnected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        await rig.Time.WaitForTimerOfAsync(options.ResourceTimeout, TestContext.Current.CancellationToken);

        rig.Time.Advance(TimeSpan.FromSeconds(9));
        await rig.SettleAsync();
        Assert.Equal(XdsConnectionStatus.Connecting, rig.Client.State.Status);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.SettleAsync();

        Assert.False(rig.Client.State.EverConnected);
        Assert.Null(rig.Destination(XdsClientRig.Reviews));
    }

    /// <summary>A connection whose way to the server can be broken, while the way back still works.</summary>
    private sealed class BreakableHandler : DelegatingHandler
    {
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isBroken;

        public BreakableHandler()
            : base(new SocketsHttpHandler { UseProxy = false })
        {
        }

        public bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        /// <summary>Something could not be said.</summary>
        public Task Failed => _failed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content = new Content(request.Content!, this);
            return base.SendAsync(request, cancellationToken);
        }

        private void ThrowIfBroken()
        {
            if (_isBroken)
            {
                _failed.TrySetResult();
                throw new IOException("broken by the test");
            }
        }

        private sealed class Content : HttpContent
        {
            private readonly HttpContent _inner;
            private readonly BreakableHandler _line;

            public Content(HttpContent inner, BreakableHandler line)
            {
                (_inner, _line) = (inner, line);
                Headers.ContentType = inner.Headers.ContentType;
            }

            protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _inner.CopyToAsync(new Line(stream, _line), context);

            protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
                _inner.CopyToAsync(new Line(stream, _line), context, cancellationToken);

            protected override bool TryComputeLength(out long length)
            {
                length = 0;
                return false;
            }
        }

        private sealed class Line(Stream stream, BreakableHandler line) : MemoryStream
        {
            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                line.ThrowIfBroken();
                await stream.WriteAsync(buffer, cancellationToken);
            }

            public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);
        }
    }
}
