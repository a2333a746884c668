namespace Mesh.Client.Model;

/// <summary>Something of a request that is counted apart.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Of the header, claim or query parameter; else empty.</param>
internal sealed record CountedValue(CountedValueKind Kind, string Name);
