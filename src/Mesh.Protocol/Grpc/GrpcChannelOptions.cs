namespace Mesh.Protocol.Grpc;

/// <summary>Limits and connection settings of a <see cref="GrpcChannel"/>.</summary>
internal sealed record GrpcChannelOptions
{
    /// <summary>gRPC's usual limit of received messages: 4 MiB.</summary>
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>Largest message that is accepted, in bytes, also after decompression; a larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = DefaultMaxReceiveMessageSize;

    /// <summary>Largest message that is sent, in bytes; not limited by default.</summary>
    public int MaxSendMessageSize { get; init; } = int.MaxValue;

    /// <summary>How long a connection may be silent before it is pinged, calls or not.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection counts as lost.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection attempt may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a server may take over its first word after the connection is there.</summary>
    public TimeSpan FirstWordTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public string UserAgent { get; init; } = $"grpc-mesh-dotnet/{typeof(GrpcChannelOptions).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    /// <summary>The clock of call timeouts and first words.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Of the newest connection that <see cref="GrpcChannel.CreateHandler"/> has made for these options.</summary>
    public FirstWord FirstWord { get; } = new();
}
