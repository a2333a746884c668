using System.Globalization;
using Mesh.Client.Model.Telemetry;

namespace Mesh.Client.Tracing;

/// <summary>Decides whether a request is traced that nobody has decided about before.</summary>
internal static class TraceSampler
{
    /// <summary>Istio counts in hundredths of a percent.</summary>
    private const int Whole = 10_000;

    /// <summary>As much of a request id as Envoy draws by.</summary>
    private const int IdDigits = 8;

    /// <summary>True where no percentage is set: the application's own sampler decides then.</summary>
    /// <param name="side">The policy.</param>
    /// <param name="requestId">By which every hop that is asked draws the same (Envoy); null for none.</param>
    /// <param name="random">For requests without an id.</param>
    public static bool Draws(TracingSide side, string? requestId, Random random)
    {
        if (side.SamplingPercentage is not { } percentage)
        {
            return true;
        }

        var share = (int)Math.Round(percentage * (Whole / 100));
        return share switch
        {
            <= 0 => false,
            >= Whole => true,
            _ when !side.IgnoresRequestId && TryRead(requestId, out var drawn) => drawn % Whole < share,
            _ => random.Next(Whole) < share,
        };
    }

    private static bool TryRead(string? requestId, out uint drawn)
    {
        drawn = 0;
        return requestId is { Length: >= IdDigits } && uint.TryParse(requestId.AsSpan(0, IdDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out drawn);
    }
}
