namespace Mesh.Benchmarks.Load;

/// <summary>What a variant may cost beside plain.</summary>
internal sealed record LoadLimit(string Variant, double MaxCpuRatio, double MaxExtraBytes);
