using System.Collections.Immutable;
using System.Net;

namespace Mesh.Client.Model;

/// <summary>A port that this process opens to callers outside the mesh, and what it does with their connections.</summary>
/// <param name="Name">As the control plane calls it: <c>0.0.0.0_8080</c>.</param>
/// <param name="Address">What is bound; the unspecified address for all.</param>
/// <param name="Port">What is bound.</param>
/// <param name="Chains">The one with the most exact match takes a connection.</param>
internal sealed record GatewayListener(string Name, IPAddress Address, int Port, ImmutableArray<GatewayChain> Chains);
