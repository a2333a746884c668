using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>Explains what the policies of a port make of a request, with the engine that decides about real ones.</summary>
internal static class AuthorizationExplainer
{
    private const string NoPolicy = "no policy says anything of this port";

    /// <exception cref="FormatException">The principal is no SPIFFE id, or an address is none.</exception>
    public static AuthorizationExplanation Explain(InboundPort port, AuthorizationQuestion question)
    {
        if (port.Authorization is not { } authorization)
        {
            return new(IsAllowed: true, [], NoPolicy, []);
        }

        var rules = new PortRules(authorization);
        var facts = Facts(question, authorization);
        var verdicts = ImmutableArray.CreateBuilder<PolicyVerdict>();
        var asks = ImmutableArray.CreateBuilder<string>();
        string? refusal = null;
        foreach (var filter in rules.External)
        {
            Add(verdicts, filter, ref facts);
            var external = (ExternalAuthorization)filter.Filter;
            if (filter.Rules?.Find(ref facts) is { } policy)
            {
                asks.Add(external.Provider);
                refusal ??= external.Service is null ? $"policy {policy.Name} asks provider {external.Provider}, which does not exist" : null;
            }
        }

        foreach (var filter in rules.Own)
        {
            Add(verdicts, filter, ref facts);
            var decision = filter.Decide(ref facts);
            refusal ??= decision.IsAllowed ? null : RefusalText.Of(filter, decision, ref facts);
        }

        return new(refusal is null, asks.ToImmutable(), refusal ?? "every filter lets it pass", verdicts.ToImmutable());
    }

    private static void Add(ImmutableArray<PolicyVerdict>.Builder verdicts, FilterRules filter, ref RequestFacts facts)
    {
        Add(verdicts, filter, filter.Rules, isDryRun: false, ref facts);
        Add(verdicts, filter, filter.Shadow, isDryRun: true, ref facts);
    }

    private static void Add(
        ImmutableArray<PolicyVerdict>.Builder verdicts, FilterRules filter, PolicySet? policies, bool isDryRun, ref RequestFacts facts)
    {
        if (policies is null)
        {
            return;
        }

        facts.Refuses = policies.Refuses;
        foreach (var policy in policies.Source.Policies)
        {
            var failing = FailingCondition.Find(policy, ref facts);
            verdicts.Add(new PolicyVerdict(filter.Filter.Name, Action(filter, policies), policy.Name, isDryRun, failing is null, failing));
        }
    }

    private static string Action(FilterRules filter, PolicySet policies) => (filter.Filter, policies.Action) switch
    {
        (ExternalAuthorization, _) => "CUSTOM",
        (_, RbacAction.Allow) => "ALLOW",
        (_, RbacAction.Deny) => "DENY",
        _ => "AUDIT",
    };

    private static RequestFacts Facts(AuthorizationQuestion question, InboundAuthorization authorization)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in question.Headers)
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }

        return new RequestFacts(question.Method, PathString.FromUriComponent(question.Path).Value ?? "", headers)
        {
            RawTarget = question.Path,
            Host = question.Host,
            Scheme = question.Principal is null ? "http" : "https",
            Peer = Peer(question.Principal),
            Token = question.Claims is { } claims ? Token(claims) : null,
            ServerName = question.ServerName,
            Port = question.Port,
            Source = question.Source is null ? null : IPAddress.Parse(question.Source),
            Local = question.Destination is null ? null : IPAddress.Parse(question.Destination),
            RouteTemplate = question.RouteTemplate,
            TrustedHops = authorization.TrustedHops,
            Normalization = authorization.Paths,
        };
    }

    private static SpiffeId? Peer(string? principal)
    {
        if (principal is null)
        {
            return null;
        }

        var text = principal.StartsWith(SpiffeId.Scheme, StringComparison.Ordinal) ? principal : SpiffeId.Scheme + principal;
        return SpiffeId.TryParse(text, out var id, out var error) ? id : throw new FormatException($"'{principal}' is no SPIFFE id: {error}");
    }

    private static RequestToken Token(JsonElement claims) => new()
    {
        Issuer = Text(claims, "iss"),
        Subject = Text(claims, "sub"),
        Presenter = Text(claims, "azp"),
        Audiences = Audiences(claims),
        Claims = claims,
    };

    private static ImmutableArray<string> Audiences(JsonElement claims) => !claims.TryGetProperty("aud", out var audience) ? []
        : audience.ValueKind is JsonValueKind.Array ? [.. audience.EnumerateArray().Select(static item => item.ToString())]
        : [audience.ToString()];

    private static string Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}
