using System.Runtime.CompilerServices;
using Mesh.Client.Model;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Cors;

/// <summary>Stage: answers preflights and lets pages of allowed origins read answers, as Envoy's CORS filter does.</summary>
internal sealed class CorsStage(InboundRules rules)
{
    private const string Any = "*";
    private const string PrivateNetworkRequest = "Access-Control-Request-Private-Network";
    private const string PrivateNetworkLeave = "Access-Control-Allow-Private-Network";

    // Goes with the policy; the same policy is compiled once.
    private readonly ConditionalWeakTable<CorsPolicy, AllowedOrigins> _origins = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (context.Request.Headers.Origin is not [{ Length: > 0 } origin]
            || !rules.HasCors(context)
            || rules.Find(context)?.Cors is not { } policy)
        {
            return next(context);
        }

        var isAllowed = _origins.GetValue(policy, static policy => new AllowedOrigins(policy)).Allow(origin);
        if (IsPreflight(context.Request) && (isAllowed || !policy.ForwardsUnmatchedPreflights))
        {
            AnswerPreflight(context, policy, isAllowed ? origin : null);
            return Task.CompletedTask;
        }

        if (isAllowed)
        {
            context.Response.OnStarting(() =>
            {
                GiveLeave(context.Response.Headers, policy, origin);
                return Task.CompletedTask;
            });
        }

        return next(context);
    };

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && !StringValues.IsNullOrEmpty(request.Headers.AccessControlRequestMethod);

    private static void AnswerPreflight(HttpContext context, CorsPolicy policy, string? origin)
    {
        var (asked, answer) = (context.Request.Headers, context.Response.Headers);
        context.Response.StatusCode = StatusCodes.Status200OK;
        if (origin is not null)
        {
            answer.AccessControlAllowOrigin = origin;
        }

        if (policy.AllowCredentials)
        {
            answer.AccessControlAllowCredentials = "true";
        }

        answer.AccessControlAllowMethods = OrAsked(policy.AllowMethods, asked.AccessControlRequestMethod);
        answer.AccessControlAllowHeaders = OrAsked(policy.AllowHeaders, asked.AccessControlRequestHeaders);
        answer.AccessControlMaxAge = OrAsked(policy.MaxAge, default);
        if (policy.AllowPrivateNetworkAccess && asked[PrivateNetworkRequest] == "true")
        {
            answer[PrivateNetworkLeave] = "true";
        }
    }

    private static void GiveLeave(IHeaderDictionary answer, CorsPolicy policy, string origin)
    {
        answer.AccessControlAllowOrigin = origin;
        if (policy.AllowCredentials)
        {
            answer.AccessControlAllowCredentials = "true";
        }

        if (policy.ExposeHeaders.Length > 0)
        {
            answer.AccessControlExposeHeaders = policy.ExposeHeaders;
        }
    }

    /// <summary>Nothing for an empty text; what was asked for when everything is allowed.</summary>
    private static StringValues OrAsked(string allowed, StringValues asked) => allowed switch
    {
        "" => default,
        Any => asked,
        _ => allowed,
    };
}
