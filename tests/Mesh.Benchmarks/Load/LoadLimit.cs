namespace Mesh.Benchmarks.Load;

/// <summary>What a variant may cost beside the plain client that does the same.</summary>
internal sealed record LoadLimit(string Variant, string Baseline, double MaxCpuRatio, double MaxExtraBytes);
