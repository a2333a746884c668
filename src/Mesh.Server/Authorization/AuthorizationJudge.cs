using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Authorization.Explanation;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Authorization;

/// <summary>Decides by the policies of a port whether a request may pass, and tells what is to be told of it.</summary>
internal sealed class AuthorizationJudge(AuthorizationMeter meter, ILogger<AuthorizationJudge> logger)
{
    /// <summary>Whether every filter lets the request pass.</summary>
    public bool Allows(PortRules port, ref RequestFacts facts)
    {
        if (port.HasShadows)
        {
            TellShadows(port, ref facts);
        }

        foreach (var filter in port.Own)
        {
            var decision = filter.Decide(ref facts);
            if (!decision.IsAllowed)
            {
                TellDenied(filter, decision, ref facts);
                return false;
            }

            if (filter.Rules is { Action: RbacAction.Log } && decision.Policy is { } audited)
            {
                meter.Count("audited", audited.Name);
                AuthorizationLog.Audited(logger, facts.Method, facts.Path, facts.Caller, facts.Source, audited.Name);
            }
            else if (filter.Rules is { Action: RbacAction.Allow })
            {
                meter.Count("allowed", decision.Policy?.Name ?? "");
            }
        }

        return true;
    }

    /// <summary>Why a request that was allowed before is not any more; null while it is.</summary>
    public string? FindObjection(PortRules port, ref RequestFacts facts)
    {
        foreach (var filter in port.Own)
        {
            var decision = filter.Decide(ref facts);
            if (!decision.IsAllowed)
            {
                meter.Count("ended", decision.Policy?.Name ?? "");
                var reason = RefusalText.Of(filter, decision, ref facts);
                AuthorizationLog.RunningEnded(logger, facts.Method, facts.Path, facts.Caller, reason);
                return reason;
            }
        }

        return null;
    }

    /// <summary>Tells that something else than a policy of the port refused a request.</summary>
    public void Denied(in RequestFacts facts, string policy, string reason)
    {
        meter.Count("denied", policy);
        AuthorizationLog.Denied(logger, facts.Method, facts.Path, facts.Caller, facts.Source, reason);
    }

    public void MethodRefused(string method)
    {
        meter.Count("denied", "");
        AuthorizationLog.MethodRefused(logger, method);
    }

    public void HeaderNameRefused()
    {
        meter.Count("denied", "");
        AuthorizationLog.HeaderNameRefused(logger);
    }

    private void TellDenied(FilterRules filter, Decision decision, ref RequestFacts facts)
    {
        meter.Count("denied", decision.Policy?.Name ?? "");
        if (logger.IsEnabled(LogLevel.Information))
        {
            var reason = RefusalText.Of(filter, decision, ref facts);
            AuthorizationLog.Denied(logger, facts.Method, facts.Path, facts.Caller, facts.Source, reason);
        }
    }

    private void TellShadows(PortRules port, ref RequestFacts facts)
    {
        foreach (var filter in port.External)
        {
            if (filter.Shadow?.Find(ref facts) is { } policy)
            {
                meter.Count("would_ask", policy.Name);
                var provider = ((ExternalAuthorization)filter.Filter).Provider;
                AuthorizationLog.WouldAsk(logger, provider, facts.Method, facts.Path, facts.Caller, policy.Name);
            }
        }

        foreach (var filter in port.Own)
        {
            if (filter.Shadow is not null)
            {
                TellShadow(filter, ref facts);
            }
        }
    }

    private void TellShadow(FilterRules filter, ref RequestFacts facts)
    {
        var decision = filter.DecideShadow(ref facts);
        var policy = decision.Policy?.Name ?? "";
        if (!decision.IsAllowed)
        {
            meter.Count("would_deny", policy);
            if (logger.IsEnabled(LogLevel.Information))
            {
                var reason = RefusalText.Of(filter.Filter.Name, filter.Shadow!, decision, ref facts);
                AuthorizationLog.WouldDeny(logger, facts.Method, facts.Path, facts.Caller, facts.Source, reason);
            }
        }
        else if (policy.Length > 0)
        {
            meter.Count("would_allow", policy);
            AuthorizationLog.WouldAllow(logger, facts.Method, facts.Path, facts.Caller, policy);
        }
    }}
