using Mesh.Protocol.Envoy.Type;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Reads a share of requests as millionths.</summary>
internal static class FractionDecoder
{
    private const uint Million = 1_000_000;

    /// <summary>At most one million; a denominator this version does not know is an error.</summary>
    public static uint Decode(FractionalPercent? fraction, DecodeErrors errors)
    {
        if (fraction is null)
        {
            return 0;
        }

        ulong factor = fraction.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.Hundred => Million / 100,
            FractionalPercent.Types.DenominatorType.TenThousand => Million / 10_000,
            FractionalPercent.Types.DenominatorType.Million => 1,
            _ => 0,
        };
        if (factor == 0)
        {
            errors.Add($"unknown denominator {(int)fraction.Denominator}");
        }

        return (uint)Math.Min(fraction.Numerator * factor, Million);
    }
}
