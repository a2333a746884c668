using System.Collections.Immutable;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Xds.Streams;

/// <summary>One ADS stream to one server, in either form of the protocol; all members run on the client's queue.</summary>
internal abstract class AdsStream : IAsyncDisposable
{
    public abstract XdsProtocol Protocol { get; }

    /// <summary>Whether any response came: a stream that ends after one is no failure (gRFC A57).</summary>
    public bool HasResponded { get; protected set; }

    /// <summary>Whether the server has said a word, if only of HTTP/2.</summary>
    public abstract bool HasHeardServer { get; }

    /// <summary>Whether the server does not speak the incremental form.</summary>
    public bool IsRefused(Exception? error) =>
        Protocol == XdsProtocol.Delta && !HasResponded && error is GrpcException { Code: GrpcStatusCode.Unimplemented };

    /// <summary>Calls the server and introduces this process.</summary>
    public abstract void Start();

    /// <summary>Prepares the ACK of a response, or its NACK; <see cref="Flush"/> sends it.</summary>
    public abstract void Acknowledge(AdsUpdate update, ImmutableArray<string> errors);

    /// <summary>The node has changed: a server that reads it again is told.</summary>
    public abstract void NodeChanged();

    /// <summary>Sends what there is to say, one message at a time.</summary>
    public abstract void Flush();

    public abstract ValueTask DisposeAsync();
}
