using Mesh.Client.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>How long connections between peers of the mesh last, and what that is judged by.</summary>
/// <param name="Identity">Of this process.</param>
/// <param name="MaxAge">The longest that a connection takes requests.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Spreads renewals.</param>
/// <param name="Logger">Tells of them.</param>
internal sealed record RenewalTerms(IWorkloadIdentity Identity, TimeSpan MaxAge, TimeProvider Time, Random Random, ILogger Logger)
{
    /// <summary>How long requests under way may go on with a peer that is not believed any more.</summary>
    public TimeSpan CutDelay { get; init; } = TimeSpan.FromSeconds(5);
}
