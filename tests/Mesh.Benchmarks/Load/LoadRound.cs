namespace Mesh.Benchmarks.Load;

/// <summary>One window of every variant, taken one after another.</summary>
/// <param name="Samples">In the order of the variants.</param>
/// <param name="ForeignCores">What others used of the machine meanwhile; null where it is not known.</param>
internal sealed record LoadRound(IReadOnlyList<LoadSample> Samples, double? ForeignCores)
{
    public const double MaxForeignCores = 0.12;

    public bool IsClean => ForeignCores is null or <= MaxForeignCores;
}
