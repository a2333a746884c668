using System.Globalization;
using Mesh.Client.Faults;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Faults;

/// <summary>Reads the faults that a request asks for (Envoy's "controlling fault injection via HTTP headers").</summary>
internal static class FaultHeaders
{
    private const uint MaxGrpcStatus = 16;

    /// <summary>A value that cannot be read counts as absent.</summary>
    public static FaultRequest Read(HttpRequestMessage request) => new(
        Number(request, "x-envoy-fault-delay-request") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        Number(request, "x-envoy-fault-delay-request-percentage"),
        Number(request, "x-envoy-fault-abort-request") is { } http and >= 200 and < 600 ? (int)http : null,
        Number(request, "x-envoy-fault-abort-grpc-request") is { } grpc and <= MaxGrpcStatus ? (int)grpc : null,
        Number(request, "x-envoy-fault-abort-request-percentage"));

    /// <summary>Where every request may ask for faults: what it does not ask for stays as it is configured.</summary>
    public static FaultPolicy Override(FaultPolicy? policy, in FaultRequest request) => (policy ?? FaultPolicy.None) with
    {
        Delay = request.Delay is null ? policy?.Delay : new FaultDelay(Duration: null, FaultShare.All),
        Abort = request.HttpStatus is null && request.GrpcStatus is null ? policy?.Abort : new FaultAbort(HttpStatus: null, GrpcStatus: null, FaultShare.All),
    };

    private static uint? Number(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values)
        && uint.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
