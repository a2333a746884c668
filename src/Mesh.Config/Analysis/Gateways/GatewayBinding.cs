using System.Collections.Immutable;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>What one Gateway claims on one port of the workloads that it selects.</summary>
/// <param name="Gateway">Who claims.</param>
/// <param name="Hosts">Each host, and the address that it is bound to.</param>
internal sealed record GatewayBinding(AnalysisResource Gateway, ImmutableDictionary<string, string> Hosts);
