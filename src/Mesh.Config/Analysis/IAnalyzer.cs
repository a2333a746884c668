namespace Mesh.Config.Analysis;

/// <summary>Looks at resources and says what is wrong with them.</summary>
internal interface IAnalyzer
{
    /// <summary>Istio's name of it.</summary>
    string Name { get; }

    /// <summary>One sentence for the list of analyzers.</summary>
    string Description { get; }

    void Analyze(AnalysisContext context);
}
