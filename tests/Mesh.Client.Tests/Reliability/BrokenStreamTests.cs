using System.Net;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Streams over which the client can say nothing any more.</summary>
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
