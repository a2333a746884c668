using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Mesh.Server.Authorization.Endpoints;

/// <summary>Puts the guard around endpoints that got their policy by attribute, where no convention runs; the router asks only when there are such.</summary>
internal sealed class EndpointGuardPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _guarded = [];

    // Last: the others have chosen.
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(NeedsGuard);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint is RouteEndpoint endpoint && NeedsGuard(endpoint))
            {
                candidates.ReplaceEndpoint(i, _guarded.GetValue(endpoint, static endpoint => Guard((RouteEndpoint)endpoint)), candidates[i].Values);
            }
        }

        return Task.CompletedTask;
    }

    private static bool NeedsGuard(Endpoint endpoint) =>
        endpoint.RequestDelegate is not null
        && endpoint.Metadata.GetMetadata<MeshPolicyAttribute>() is not null
        && endpoint.Metadata.GetMetadata<GuardedEndpoint>() is null;

    private static RouteEndpoint Guard(RouteEndpoint endpoint) =>
        new(EndpointGuard.Wrap(endpoint.RequestDelegate!), endpoint.RoutePattern, endpoint.Order, endpoint.Metadata, endpoint.DisplayName);
}
