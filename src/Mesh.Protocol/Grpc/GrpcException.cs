namespace Mesh.Protocol.Grpc;

/// <summary>A call that ended with a status other than OK.</summary>
internal sealed class GrpcException : Exception
{
    public GrpcException(GrpcStatusCode code, string detail, Exception? innerException = null)
        : base($"{code}: {detail}", innerException)
    {
        Code = code;
        Detail = detail;
    }

    public GrpcStatusCode Code { get; }

    /// <summary>How long the server asks to be left alone (<c>grpc-retry-pushback-ms</c>, gRFC A6); null when it asks for nothing.</summary>
    public TimeSpan? Pushback { get; init; }

    /// <summary>The status message as the peer sent it, percent-decoded.</summary>
    public string Detail { get; }
}
