namespace Mesh.Protocol.Grpc;

/// <summary>Limits of a served method.</summary>
internal sealed record GrpcServerOptions
{
    /// <summary>Largest message that is accepted, in bytes, also after decompression; a larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = GrpcChannelOptions.DefaultMaxReceiveMessageSize;

    /// <summary>Largest message that is sent, in bytes; not limited by default.</summary>
    public int MaxSendMessageSize { get; init; } = int.MaxValue;

    /// <summary>The clock of call timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
