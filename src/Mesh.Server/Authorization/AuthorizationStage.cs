using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Authorization.External;
using Mesh.Server.Authorization.Running;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization;

/// <summary>Stage: lets those requests pass that the policies of their port let pass, external authorizers first (S60).</summary>
internal sealed class AuthorizationStage(
    AuthorizationRules rules, AuthorizationJudge judge, ExternalAuthorizer external, RunningRequests running)
{
    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (rules.Of(context) is not { } port)
        {
            return next(context);
        }

        return Denial.OfMalformed(context, judge) is { } refused ? refused
            : port.External.IsEmpty ? DecideAsync(context, port, next)
            : AskAsync(context, port, next);
    };

    private Task DecideAsync(HttpContext context, PortRules port, RequestDelegate next)
    {
        var facts = FactsReader.Read(context, port);
        if (!judge.Allows(port, ref facts))
        {
            return Denial.WriteAsync(context);
        }

        return RunningRequests.MayRunLong(context) ? running.FollowAsync(context, facts, next) : next(context);
    }

    private async Task AskAsync(HttpContext context, PortRules port, RequestDelegate next)
    {
        foreach (var filter in port.External)
        {
            var facts = FactsReader.Read(context, port);
            if (filter.Rules?.Find(ref facts) is { } policy
                && !await external.AllowsAsync(context, (ExternalAuthorization)filter.Filter, policy, facts))
            {
                return;
            }
        }

        // What an authorizer adds to the request is there when the policies look at it.
        await DecideAsync(context, port, next);
    }
}
