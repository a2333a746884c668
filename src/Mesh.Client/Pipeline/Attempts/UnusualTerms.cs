using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>What only few calls have; made when one needs it, so that the others stay small.</summary>
internal sealed class UnusualTerms
{
    /// <summary>What response and request edits tell of the call so far.</summary>
    public CallHistory? History { get; set; }

    /// <summary>Stands in for a request body that could not be sent twice by itself.</summary>
    public ReplayContent? Replay { get; set; }

    /// <summary>Null when there is one attempt at a time.</summary>
    public HedgingPolicy? Hedging { get; set; }

    /// <summary>Of a retry policy that is not the route's.</summary>
    public RetryHeaders? RetryHeaders { get; set; }

    /// <summary>Headers for the mesh that were taken off the application's request, to be put back.</summary>
    public List<KeyValuePair<string, string>>? TakenHeaders { get; set; }

    /// <summary>Endpoints that other attempts of a hedged call are at.</summary>
    public PreviousAttempts? Previous { get; set; }

    /// <summary>The call is one attempt of a hedged call.</summary>
    public bool IsPartOfHedge { get; init; }

    /// <summary>Attempts of a hedged call that began before this one.</summary>
    public int PriorAttempts { get; set; }
}
