using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Reads the status of a gRPC response.</summary>
internal static class GrpcStatus
{
    private const int Unknown = 2;

    /// <param name="headers">Of a response that is trailers only, or the trailers.</param>
    public static int Read(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("grpc-status", out var values))
        {
            return AttemptOutcome.NoGrpcStatus;
        }

        return int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : Unknown;
    }
}
