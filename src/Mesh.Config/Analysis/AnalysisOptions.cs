using System.Collections.Immutable;

namespace Mesh.Config.Analysis;

/// <summary>What to analyze, and what to keep of the messages.</summary>
internal sealed record AnalysisOptions
{
    /// <summary>Those that run, in this order.</summary>
    public ImmutableArray<IAnalyzer> Analyzers { get; init; } = AnalyzerCatalog.Default;

    /// <summary>Only messages about this namespace and about what stands in none; null for all.</summary>
    public string? Namespace { get; init; }

    public ImmutableArray<Suppression> Suppressions { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
