using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Filters.Http.Fault;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Checks fault injection settings (gRFC A33); the faults themselves are not read yet.</summary>
internal static class FaultDecoder
{
    private const uint MaxGrpcStatus = 16;

    public static void Validate(HTTPFault? fault, DecodeErrors errors)
    {
        if (fault?.Delay is { } delay)
        {
            FractionDecoder.Decode(delay.Percentage, errors.In("delay.percentage"));
            DurationDecoder.DecodeNonNegative(delay.FixedDelay, errors.In("delay.fixed_delay"));
        }

        if (fault?.Abort is not { } abort)
        {
            return;
        }

        FractionDecoder.Decode(abort.Percentage, errors.In("abort.percentage"));
        if (abort.ErrorTypeCase == FaultAbort.ErrorTypeOneofCase.HttpStatus && abort.HttpStatus is < 200 or >= 600)
        {
            errors.Add($"abort.http_status: expected 200 to 599, got {abort.HttpStatus}");
        }

        if (abort.ErrorTypeCase == FaultAbort.ErrorTypeOneofCase.GrpcStatus && abort.GrpcStatus > MaxGrpcStatus)
        {
            errors.Add($"abort.grpc_status: expected 0 to {MaxGrpcStatus}, got {abort.GrpcStatus}");
        }
    }
}
