namespace Mesh.Client.Model;

/// <summary>A share of the requests: <paramref name="Numerator"/> of <paramref name="Denominator"/>, which is a hundred, ten thousand or a million.</summary>
/// <remarks>The denominator stays because a request that asks for a share of its own counts in it (Envoy).</remarks>
internal readonly record struct FaultShare(uint Numerator, uint Denominator)
{
    public static FaultShare All { get; } = new(100, 100);
}
