using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The endpoints of one locality in one priority.</summary>
/// <param name="Locality">Where they run.</param>
/// <param name="Priority">0 is the best; priorities have no gaps.</param>
/// <param name="Weight">Share of the priority's requests, above zero.</param>
/// <param name="Endpoints">All of them, whatever their health.</param>
internal sealed record LocalityEndpoints(Locality Locality, uint Priority, uint Weight, ImmutableArray<Endpoint> Endpoints);
