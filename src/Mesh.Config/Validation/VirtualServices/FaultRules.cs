using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using static Mesh.Config.Istio.Networking.HTTPFaultInjection.Types;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Injected delays and aborts.</summary>
internal static class FaultRules
{
    private static readonly HashSet<string> GrpcStatuses = new(StringComparer.Ordinal)
    {
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    };

    public static void Check(FieldScope scope, HTTPFaultInjection? fault)
    {
        if (fault is null)
        {
            return;
        }

        scope.Require(fault.Abort is not null || fault.Delay is not null, "set abort, delay or both");
        if (fault.Abort is { } abort)
        {
            Abort(scope.Field("abort"), abort);
        }

        if (fault.Delay is { } delay)
        {
            Delay(scope.Field("delay"), delay);
        }
    }

    private static void Abort(FieldScope scope, Abort abort)
    {
        Share(scope, abort.Percentage);
        switch (abort.ErrorTypeCase)
        {
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.HttpStatus:
                HttpActionRules.Status(scope.Field("httpStatus"), abort.HttpStatus);
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.GrpcStatus:
                scope.Field("grpcStatus").Require(GrpcStatuses.Contains(abort.GrpcStatus), $"\"{abort.GrpcStatus}\" is not the name of a gRPC status, such as UNAVAILABLE");
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.Http2Error:
                scope.Field("http2Error").Error("http2Error is not supported; use httpStatus or grpcStatus");
                break;
            default:
                scope.Warning("without httpStatus or grpcStatus nothing is aborted");
                break;
        }
    }

    private static void Delay(FieldScope scope, Delay delay)
    {
        Share(scope, delay.Percentage);
#pragma warning disable CS0612 // Istio still accepts the deprecated field.
        ValueRules.Percent(scope.Field("percent"), delay.Percent);
#pragma warning restore CS0612
        scope.Field("exponentialDelay").Require(delay.ExponentialDelay is null, "exponentialDelay is not supported; use fixedDelay");
        scope.Field("fixedDelay").Require(delay.FixedDelay is not null || delay.ExponentialDelay is not null, "fixedDelay is required");
        ValueRules.Duration(scope.Field("fixedDelay"), delay.FixedDelay);
    }

    private static void Share(FieldScope scope, Percent? percentage)
    {
        if (percentage is not null)
        {
            ValueRules.FaultPercent(scope.Field("percentage.value"), percentage.Value);
        }
    }
}
