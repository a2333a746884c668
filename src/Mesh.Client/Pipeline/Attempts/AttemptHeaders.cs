using System.Globalization;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Tells an endpoint which attempt of the call it sees.</summary>
internal static class AttemptHeaders
{
    public const string AttemptCount = "x-envoy-attempt-count";
    public const string GrpcPreviousAttempts = "grpc-previous-rpc-attempts";

    public static void Write(OutboundCall call)
    {
        var retries = call.Retries?.Count ?? call.Unusual?.PriorAttempts ?? 0;
        var headers = call.WireRequest.Headers;
        if (call.Route.CountsAttempts)
        {
            headers.Remove(AttemptCount);
            headers.TryAddWithoutValidation(AttemptCount, (retries + 1).ToString(CultureInfo.InvariantCulture));
        }

        if (retries > 0 && call.IsGrpc)
        {
            headers.Remove(GrpcPreviousAttempts);
            headers.TryAddWithoutValidation(GrpcPreviousAttempts, retries.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The application may look at its request, or send it again.</summary>
    public static void Withdraw(OutboundCall call)
    {
        if (!ReferenceEquals(call.WireRequest, call.Request))
        {
            return;
        }

        if (call.Route.CountsAttempts)
        {
            call.Request.Headers.Remove(AttemptCount);
        }

        if (call.Retries is not null || call.Unusual is not null)
        {
            call.Request.Headers.Remove(GrpcPreviousAttempts);
        }
    }
}
