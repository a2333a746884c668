using Mesh.Protocol.Envoy.Type;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns percentages into Envoy's fractions of a million, as istiod does.</summary>
internal static class Fractions
{
    private const double MillionthsOfPercent = 10_000;

    public static FractionalPercent OfPercent(double percent) => new()
    {
        Numerator = (uint)Math.Round(Math.Clamp(percent, 0, 100) * MillionthsOfPercent),
        Denominator = FractionalPercent.Types.DenominatorType.Million,
    };
}
