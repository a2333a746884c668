using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Obeys the headers by which a request changes its own retries and timeouts, as Envoy does for requests of its own side, and takes them off the wire.</summary>
internal static class RetryRequestHeaders
{
    private const string Prefix = "x-envoy-";
    private const RetryConditions Grpc = RetryConditions.AnyGrpcStatus;

    public static void Apply(OutboundCall call)
    {
        List<KeyValuePair<string, string>>? taken = null;
        foreach (var (name, values) in call.WireRequest.Headers.NonValidated)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && IsOurs(name))
            {
                (taken ??= []).Add(new(name, string.Join(',', values)));
            }
        }

        if (taken is null)
        {
            return;
        }

        foreach (var (name, value) in taken)
        {
            call.WireRequest.Headers.Remove(name);
            Obey(call, name[Prefix.Length..], value);
        }

        // The limit of an attempt that is not below that of the call says nothing (Envoy).
        if (call.Retry is { AttemptTimeout: { } attempt } retry && attempt >= call.Timeout)
        {
            call.Retry = retry with { AttemptTimeout = null };
        }

        call.MakeUnusual().TakenHeaders = taken;
    }

    private static bool IsOurs(string name) => Lower(name[Prefix.Length..]) is
        "max-retries" or "retry-on" or "retry-grpc-on" or "retriable-status-codes" or "retriable-header-names"
        or "upstream-rq-timeout-ms" or "upstream-rq-per-try-timeout-ms" or "hedge-on-per-try-timeout";

    private static void Obey(OutboundCall call, string name, string value)
    {
        // Envoy: one retry unless said otherwise, where the route has no policy.
        var retry = call.Retry ?? new RetryPolicy();
        switch (Lower(name))
        {
            case "retry-on":
                call.Retry = retry with { Conditions = retry.Conditions | (RetryConditionNames.Parse(value) & ~Grpc) };
                break;
            case "retry-grpc-on":
                call.Retry = retry with { Conditions = retry.Conditions | (RetryConditionNames.Parse(value) & Grpc) };
                break;
            case "max-retries" when Number(value) is { } retries:
                call.Retry = retry with { MaxRetries = (int)Math.Min(retries, int.MaxValue) };
                break;
            case "retriable-status-codes":
                call.Retry = retry with { StatusCodes = [.. retry.StatusCodes, .. Codes(value)] };
                break;
            case "retriable-header-names":
                call.Retry = retry with { ResponseHeaders = [.. retry.ResponseHeaders, .. Present(value)] };
                break;
            case "upstream-rq-timeout-ms" when Number(value) is { } milliseconds:
                call.Timeout = milliseconds == 0 ? null : TimeSpan.FromMilliseconds(milliseconds);
                break;
            case "upstream-rq-per-try-timeout-ms" when Number(value) is { } milliseconds:
                call.Retry = retry with { AttemptTimeout = milliseconds == 0 ? null : TimeSpan.FromMilliseconds(milliseconds) };
                break;
            case "hedge-on-per-try-timeout":
                var unusual = call.MakeUnusual();
                unusual.Hedging = value == "true" ? unusual.Hedging ?? new HedgingPolicy(null, 2) : null;
                break;
        }
    }

    private static IEnumerable<int> Codes(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries).Select(Number).OfType<uint>().Where(code => code <= 599).Select(code => (int)code);

    private static IEnumerable<HeaderMatch> Present(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => new HeaderMatch(Lower(name), HeaderMatchKind.Present, Invert: false));

    // Envoy passes over what it cannot read.
    private static uint? Number(string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

#pragma warning disable CA1308 // HTTP/2 field names are lower case (RFC 9113 8.2.1).
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
