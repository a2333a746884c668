namespace Mesh.Protocol.Grpc;

/// <summary>Settings of one call.</summary>
internal sealed record GrpcCallOptions
{
    /// <summary>Metadata to send; values of <c>-bin</c> keys come from <see cref="Metadata.BinaryMetadata"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The deadline, counted from the start of the call; sent as <c>grpc-timeout</c> and enforced on this side too.</summary>
    public TimeSpan? Timeout { get; init; }
}
