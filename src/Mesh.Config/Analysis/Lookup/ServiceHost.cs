using System.Collections.Immutable;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>What a host leads to.</summary>
/// <param name="Ports">The numbers of its ports.</param>
/// <param name="WorkloadLabels">The labels that its ServiceEntry selects workloads by.</param>
internal sealed record ServiceHost(ImmutableArray<int> Ports, ImmutableArray<KeyValuePair<string, string>> WorkloadLabels);
