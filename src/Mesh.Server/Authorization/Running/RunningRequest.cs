using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Running;

/// <summary>A request that may run for long, and what its permission was given on.</summary>
internal sealed class RunningRequest(HttpContext context, RequestFacts facts)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private RequestFacts _facts = facts;
    private bool _hasEnded;

    /// <summary>Ends the request if it is not permitted any more. While this runs, the request cannot end by itself: what it is judged by stays its own.</summary>
    public void Recheck(AuthorizationJudge judge, PortRules port)
    {
        lock (_lock)
        {
            if (!_hasEnded && judge.FindObjection(port, ref _facts) is not null)
            {
                context.Abort();
            }
        }
    }

    public void Abort()
    {
        lock (_lock)
        {
            if (!_hasEnded)
            {
                context.Abort();
            }
        }
    }

    public int Port => _facts.Port;

    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }
    }
}
