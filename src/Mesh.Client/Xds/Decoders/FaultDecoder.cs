using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Type;
using FaultAbort = Mesh.Client.Model.FaultAbort;
using WireAbort = Mesh.Protocol.Envoy.Filters.Http.Fault.FaultAbort;
using WireDelay = Mesh.Protocol.Envoy.Filters.Common.Fault.FaultDelay;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes fault injection (gRFC A33, Envoy's HTTPFault). Runtime keys are not read, and <c>response_rate_limit</c> is Envoy's alone.</summary>
internal static class FaultDecoder
{
    private const uint MaxGrpcStatus = 16;

    public static FaultPolicy Decode(HTTPFault fault, DecodeErrors errors)
    {
        var headers = ImmutableArray.CreateBuilder<HeaderMatch>(fault.Headers.Count);
        for (var index = 0; index < fault.Headers.Count; index++)
        {
            if (HeaderMatchDecoder.Decode(fault.Headers[index], errors.In("headers", index)) is { } match)
            {
                headers.Add(match);
            }
        }

        return new FaultPolicy
        {
            Delay = fault.Delay is { } delay ? Delay(delay, errors.In("delay")) : null,
            Abort = fault.Abort is { } abort ? Abort(abort, errors.In("abort")) : null,
            Headers = headers.ToImmutable(),
            UpstreamCluster = fault.UpstreamCluster.Length > 0 ? fault.UpstreamCluster : null,
            DownstreamNodes = [.. fault.DownstreamNodes],
            MaxActiveFaults = fault.MaxActiveFaults,
        };
    }

    private static FaultDelay? Delay(WireDelay delay, DecodeErrors errors)
    {
        var share = Share(delay.Percentage, errors);
        switch (delay.FaultDelaySecifierCase)
        {
            case WireDelay.FaultDelaySecifierOneofCase.FixedDelay:
                var duration = DurationDecoder.DecodeNonNegative(delay.FixedDelay, errors.In("fixed_delay"));

                // Envoy: a delay of nothing is none.
                return duration > TimeSpan.Zero ? new FaultDelay(duration, share) : null;
            case WireDelay.FaultDelaySecifierOneofCase.HeaderDelay:
                return new FaultDelay(Duration: null, share);
            default:
                return null;
        }
    }

    private static FaultAbort? Abort(WireAbort abort, DecodeErrors errors)
    {
        var share = Share(abort.Percentage, errors);
        switch (abort.ErrorTypeCase)
        {
            case WireAbort.ErrorTypeOneofCase.HttpStatus:
                if (abort.HttpStatus is < 200 or >= 600)
                {
                    errors.Add($"http_status: expected 200 to 599, got {abort.HttpStatus}");
                }

                return new FaultAbort((int)abort.HttpStatus, GrpcStatus: null, share);
            case WireAbort.ErrorTypeOneofCase.GrpcStatus:
                if (abort.GrpcStatus > MaxGrpcStatus)
                {
                    errors.Add($"grpc_status: expected 0 to {MaxGrpcStatus}, got {abort.GrpcStatus}");
                }

                return new FaultAbort(HttpStatus: null, (int)abort.GrpcStatus, share);
            case WireAbort.ErrorTypeOneofCase.HeaderAbort:
                return new FaultAbort(HttpStatus: null, GrpcStatus: null, share);
            default:
                return null;
        }
    }

    private static FaultShare Share(FractionalPercent? percentage, DecodeErrors errors)
    {
        // Checks the denominator.
        FractionDecoder.Decode(percentage, errors.In("percentage"));
        return new FaultShare(percentage?.Numerator ?? 0, percentage?.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
            FractionalPercent.Types.DenominatorType.Million => 1_000_000,
            _ => 100,
        });
    }
}
