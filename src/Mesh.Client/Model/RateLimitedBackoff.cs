using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>Lets an endpoint say when it can be tried again; the backoff is then what it says, and a little more.</summary>
/// <param name="ResetHeaders">The first that is there and can be read counts.</param>
/// <param name="MaxInterval">Longer ones are passed over.</param>
internal sealed record RateLimitedBackoff(ImmutableArray<ResetHeader> ResetHeaders, TimeSpan MaxInterval);
