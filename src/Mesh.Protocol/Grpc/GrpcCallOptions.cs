namespace Mesh.Protocol.Grpc;

/// <summary>Settings of one call.</summary>
internal sealed record GrpcCallOptions
{
    /// <summary>Metadata to send; values of <c>-bin</c> keys come from <see cref="Metadata.BinaryMetadata"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The deadline, counted from the start of the call; sent as <c>grpc-timeout</c> and enforced on this side too.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The number of the field that is left out of responses that are over the size limit, so that they do not end the call; see <see cref="GrpcCall{TRequest, TResponse}.OversizedLength"/>. Default: none, they end it with RESOURCE_EXHAUSTED.</summary>
    public int? BulkField { get; init; }
}
