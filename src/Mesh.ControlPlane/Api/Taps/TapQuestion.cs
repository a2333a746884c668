using System.Collections.Immutable;
using System.Globalization;
using Mesh.ControlPlane.Api.Graphs;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Serving.Taps;

namespace Mesh.ControlPlane.Api.Taps;

/// <summary>What somebody wants to look at, as the query says it.</summary>
internal sealed record TapQuestion(TapTarget Target, TapFilter Filter, TimeSpan Duration)
{
    private const int DefaultPerSecond = 10;
    private const int MaxText = 256;

    private static readonly TimeSpan DefaultDuration = TimeSpan.FromMinutes(1);

    /// <summary>Headers that say how a request was made, and nothing of whoever made it.</summary>
    private static readonly ImmutableArray<string> Headers = ["accept", "content-type", "grpc-timeout", "user-agent", "x-lane", "x-request-id", "traceparent"];

    public static TapQuestion Read(ApiCall call, TapLimits limits)
    {
        var target = call.Query("target") is { } text && TapTarget.Parse(text) is { } parsed
            ? parsed
            : throw ApiException.BadRequest($"target: expected a service or workload: NAME, svc/NAME, deploy/NAME or pod/NAME, also NAME.NAMESPACE; got '{call.Query("target")}'.");
        var (from, to) = (Text(call, "from"), Text(call, "to"));
        if (from.Length > 0 && to.Length > 0)
        {
            throw ApiException.BadRequest("from and to: expected one of them at most.");
        }

        var (low, high, grpc) = Status(call.Query("status"));
        var filter = new TapFilter
        {
            // What comes from somebody comes in, what goes to somebody goes out.
            Inbound = to.Length == 0,
            Outbound = from.Length == 0,
            Peer = NameOf(from.Length > 0 ? from : to),
            Method = Text(call, "method"),
            Path = Text(call, "path"),
            MinStatus = low,
            MaxStatus = high,
            GrpcStatus = grpc,
            MaxPerSecond = Number(call, "maxRps", DefaultPerSecond, limits.MaxPerSecond),
            Headers = Headers,
        };
        return new TapQuestion(target, filter, DurationOf(call, limits));
    }

    private static TimeSpan DurationOf(ApiCall call, TapLimits limits) =>
        call.Query("duration") is not { } text ? DefaultDuration
        : WindowText.TryParse(text) is { } duration && duration >= TimeSpan.FromSeconds(1) && duration <= limits.Longest ? duration
        : throw ApiException.BadRequest($"duration: expected a number and s or m, from 1 s to {limits.Longest.TotalMinutes} m, got '{text}'.");

    private static (int Low, int High, int? Grpc) Status(string? text)
    {
        if (text is null)
        {
            return (0, 0, null);
        }

        if (text.StartsWith("grpc:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var grpc) && grpc <= 16)
        {
            return (0, 0, grpc);
        }

        if (text is [>= '1' and <= '5' and var digit, 'x', 'x'])
        {
            return ((digit - '0') * 100, ((digit - '0') * 100) + 99, null);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599
            ? (status, status, null)
            : throw ApiException.BadRequest($"status: expected a code such as 503, a class such as 5xx, or grpc:14; got '{text}'.");
    }

    private static int Number(ApiCall call, string name, int fallback, int most) =>
        call.Query(name) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : throw ApiException.BadRequest($"{name}: expected a number from 1 to {most}, got '{text}'.");

    /// <summary>Without its kind: a process is told the name alone.</summary>
    private static string NameOf(string peer) => peer[(peer.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string Text(ApiCall call, string name)
    {
        var text = call.Query(name) ?? "";
        return text.Length <= MaxText ? text : throw ApiException.BadRequest($"{name}: expected at most {MaxText} characters, got {text.Length}.");
    }
}
