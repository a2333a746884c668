using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Endpoints;

/// <summary>Stage: lets those requests pass that the policies of the chosen endpoint let pass (<see cref="MeshPolicyAttribute"/>).</summary>
internal sealed class EndpointPolicyStage(string ownNamespace, AuthorizationJudge judge)
{
    private readonly ConditionalWeakTable<Endpoint, EndpointRule> _rules = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
        context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<MeshPolicyAttribute>() is not null
            ? CheckAsync(context, endpoint, next)
            : next(context);

    private Task CheckAsync(HttpContext context, Endpoint endpoint, RequestDelegate next)
    {
        if (Denial.OfMalformed(context, judge) is { } refused)
        {
            return refused;
        }

        var rule = _rules.GetValue(endpoint, endpoint => new EndpointRule(endpoint.Metadata.GetOrderedMetadata<MeshPolicyAttribute>(), ownNamespace));
        var facts = FactsReader.Read(context, rules: null);
        if (rule.FindObjection(ref facts) is { } kind)
        {
            judge.Denied(in facts, nameof(MeshPolicyAttribute), $"the policy of endpoint '{endpoint.DisplayName}' lacks {kind}");
            return Denial.WriteAsync(context);
        }

        context.Features.Set(new EndpointPermit(endpoint));
        return next(context);
    }
}
