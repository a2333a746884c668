using System.Collections.Immutable;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Xds.Decoders.Secrets;

/// <summary>A decoded secret of the kind <c>validation_context</c>: whom to believe.</summary>
/// <param name="Name">Of the secret.</param>
/// <param name="Bundles">By trust domain; an empty trust domain stands for that of the reader.</param>
internal sealed record TrustResource(string Name, ImmutableArray<TrustBundle> Bundles);
