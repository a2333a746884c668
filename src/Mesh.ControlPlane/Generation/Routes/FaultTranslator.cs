using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Filters.Common.Fault;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>fault</c> into the configuration of Envoy's fault filter.</summary>
internal static class FaultTranslator
{
    public static HTTPFault? Translate(HTTPFaultInjection? fault)
    {
        var delay = DelayOf(fault?.Delay);
        var abort = AbortOf(fault?.Abort);
        return delay is null && abort is null ? null : new HTTPFault { Delay = delay, Abort = abort };
    }

#pragma warning disable CS0612 // Istio still reads the old whole-number field where the new one is unset.
    private static FaultDelay? DelayOf(HTTPFaultInjection.Types.Delay? delay) => delay?.FixedDelay is null ? null : new FaultDelay
    {
        FixedDelay = delay.FixedDelay,
        Percentage = Fractions.OfPercent(delay.Percentage?.Value ?? delay.Percent),
    };
#pragma warning restore CS0612

    private static FaultAbort? AbortOf(HTTPFaultInjection.Types.Abort? abort)
    {
        if (abort is null)
        {
            return null;
        }

        // Unset is none (Istio), as the zero of a fraction says.
        var result = new FaultAbort { Percentage = Fractions.OfPercent(abort.Percentage?.Value ?? 0) };
        switch (abort.ErrorTypeCase)
        {
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.HttpStatus:
                result.HttpStatus = (uint)abort.HttpStatus;
                return result;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.GrpcStatus when GrpcStatus(abort.GrpcStatus) is { } code:
                result.GrpcStatus = code;
                return result;
            default:
                return null;
        }
    }

    // UNAVAILABLE, DEADLINE_EXCEEDED …: gRPC's names, which are ours without case and underscores; CANCELLED has both spellings.
    private static uint? GrpcStatus(string name)
    {
        var plain = name.Replace("_", "", StringComparison.Ordinal);
        plain = plain.Equals("CANCELED", StringComparison.OrdinalIgnoreCase) ? nameof(GrpcStatusCode.Cancelled) : plain;
        return Enum.TryParse<GrpcStatusCode>(plain, ignoreCase: true, out var code) && Enum.IsDefined(code) ? (uint)code : null;
    }
}
