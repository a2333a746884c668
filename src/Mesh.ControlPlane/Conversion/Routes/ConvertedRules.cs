using System.Collections.Immutable;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>What the rules of a route come to.</summary>
/// <param name="Rules">In their order.</param>
/// <param name="BadReference">What of their references cannot be had; null when all can.</param>
/// <param name="Unsupported">What they ask for and nobody can do; null when there is nothing.</param>
/// <param name="IsHopeless">Every rule asks for such a thing.</param>
internal sealed record ConvertedRules(ImmutableArray<ConvertedRule> Rules, ConversionProblem? BadReference, ConversionProblem? Unsupported, bool IsHopeless);
