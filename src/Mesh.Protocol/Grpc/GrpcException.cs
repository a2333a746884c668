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

    /// <summary>The status message as the peer sent it, percent-decoded.</summary>
    public string Detail { get; }
}
