using System.Net;
using Google.Protobuf;
using Mesh.Protocol.Grpc.Framing;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Grpc;

/// <summary>Makes gRPC calls to one address over HTTP/2: plaintext with prior knowledge for http, TLS for https.</summary>
internal sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _ownsInvoker;

    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
        : this(address, new HttpMessageInvoker(CreateHandler(options ?? new GrpcChannelOptions())), options, ownsInvoker: true)
    {
    }

    /// <summary>Uses connections of the caller, who disposes them unless the channel owns them; the connection settings of the options do not apply.</summary>
    public GrpcChannel(Uri address, HttpMessageInvoker invoker, GrpcChannelOptions? options = null, bool ownsInvoker = false)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"Expected an address like http://host:port or https://host:port, got '{address}'.", nameof(address));
        }

        Address = address;
        Options = options ?? new GrpcChannelOptions();
        _invoker = invoker;
        _ownsInvoker = ownsInvoker;
    }

    public Uri Address { get; }

    public GrpcChannelOptions Options { get; }

    /// <summary>Whether anybody has said a word at the other end: that a connection was taken shows only that its system is there.</summary>
    public bool HasHeardServer => Options.FirstWord.HasCome;

    /// <summary>Sends one message and returns the one that answers; throws <see cref="GrpcException"/> for any status but OK.</summary>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var frame = new PooledBufferWriter();
        MessageFrame.Write(request, frame, Options.MaxSendMessageSize);
        var call = Start(method, options, cancellationToken);

        // Reading goes on meanwhile: a server may answer for good before it takes the whole request.
        var sending = call.SendOnlyAsync(frame.WrittenMemory);
        try
        {
            return await ReadOnlyAsync(call, method.Path, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The frame goes back to the pool when nothing sends it any more.
            await call.DisposeAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts a call of any kind; its headers are on the way when this returns.</summary>
    public GrpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        GrpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var call = new GrpcCall<TRequest, TResponse>(method, this, options, cancellationToken);
        call.Send(_invoker, CreateRequest(method.Path, options));
        return call;
    }

    public void Dispose()
    {
        if (_ownsInvoker)
        {
            _invoker.Dispose();
        }
    }

    /// <summary>Connections as gRPC wants them; the caller may add to the settings, such as those of TLS.</summary>
    public static SocketsHttpHandler CreateHandler(GrpcChannelOptions options) => new()
    {
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        ConnectTimeout = options.ConnectTimeout,
        PlaintextStreamFilter = (connection, _) => ValueTask.FromResult<Stream>(new FirstWordStream(connection.PlaintextStream, options)),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    };

    private HttpRequestMessage CreateRequest(string path, GrpcCallOptions? options)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        // PROTOCOL-HTTP2.md: te detects proxies that would drop the trailers.
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", Options.UserAgent);
        request.Headers.TryAddWithoutValidation(MetadataNames.AcceptEncoding, MessageEncoding.Accepted);
        if (options is null)
        {
            return request;
        }

        if (options.Timeout is { } timeout)
        {
            request.Headers.TryAddWithoutValidation(MetadataNames.Timeout, TimeoutText.Encode(timeout));
        }

        foreach (var (key, value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }

        return request;
    }

    private static async Task<TResponse> ReadOnlyAsync<TRequest, TResponse>(
        GrpcCall<TRequest, TResponse> call, string path, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var response = await call.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw Cardinality(path, "none");
        return await call.ReadAsync(cancellationToken).ConfigureAwait(false) is null ? response : throw Cardinality(path, "several");
    }

    private static GrpcException Cardinality(string path, string count) =>
        new(GrpcStatusCode.Unimplemented, $"{path} answers with exactly one message, but the server sent {count}.");
}
