using System.Collections.Immutable;

namespace Mesh.Client.Model.Loads;

/// <summary>What this process sent to a cluster since it was last asked.</summary>
/// <param name="Cluster">Its xDS name.</param>
/// <param name="Endpoints">Those that got something, or have something under way.</param>
/// <param name="Dropped">Calls that no endpoint got, by Envoy's letters for the reason.</param>
internal sealed record ClusterLoad(string Cluster, ImmutableArray<EndpointLoadFigures> Endpoints, ImmutableArray<KeyValuePair<string, long>> Dropped);
