using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>One rule of <c>http[]</c>: exactly one action, and parts that fit together.</summary>
internal static class HttpRouteRules
{
    public static void Check(FieldScope scope, HTTPRoute route, RouteContext context)
    {
        Action(scope, route, context);
        scope.Each("match", route.Match, (item, match) => HttpMatchRules.Check(item, match, context));
        TargetRules.Weighted(scope, route.Route, static target => target.Destination, static target => target.Weight);
        scope.Each("route", route.Route, static (item, target) => HeaderRules.Edits(item.Field("headers"), target.Headers));
        HeaderRules.Edits(scope.Field("headers"), route.Headers);
        Authority(scope, route);
        ValueRules.Duration(scope.Field("timeout"), route.Timeout);
        RetryRules.Check(scope.Field("retries"), route.Retries);
        HttpActionRules.Check(scope, route);
        FaultRules.Check(scope.Field("fault"), route.Fault);
        Mirrors(scope, route);
        CorsRules.Check(scope.Field("corsPolicy"), route.CorsPolicy);
    }

    private static void Action(FieldScope scope, HTTPRoute route, RouteContext context)
    {
        if (route.Delegate is { } target)
        {
            scope.Field("delegate").Require(!context.IsDelegate, "a delegate cannot delegate again");
            scope.Field("delegate.name").Require(target.Name.Length > 0, "the name of the delegate is required");
            scope.Field("route").Require(route.Route.Count == 0, "a rule with a delegate has no route");
            scope.Field("redirect").Require(route.Redirect is null, "a rule with a delegate has no redirect");
        }
        else if (route.Redirect is not null)
        {
            Exclusive(scope, "redirect", route.Route.Count > 0, route.Fault is not null, route.Rewrite is not null, route.DirectResponse is not null);
        }
        else if (route.DirectResponse is not null)
        {
            Exclusive(scope, "directResponse", route.Route.Count > 0, route.Fault is not null, route.Rewrite is not null, redirectOrResponse: false);
        }
        else
        {
            scope.Require(route.Route.Count > 0, "a rule needs an action: route, redirect, directResponse or delegate");
        }
    }

    private static void Exclusive(FieldScope scope, string action, bool route, bool fault, bool rewrite, bool redirectOrResponse)
    {
        scope.Field("route").Require(!route, $"a rule has one action: {action} or route");
        scope.Field("fault").Require(!fault, $"fault has no effect together with {action}; remove one");
        scope.Field("rewrite").Require(!rewrite, $"rewrite has no effect together with {action}; remove one");
        scope.Field("directResponse").Require(!redirectOrResponse, "a rule has one action: redirect or directResponse");
    }

    private static void Authority(FieldScope scope, HTTPRoute route)
    {
        var count = (route.Rewrite?.Authority.Length > 0 ? 1 : 0) + HeaderRules.CountAuthority(route.Headers);
        scope.Field("headers").Require(count <= 1, "the authority is set more than once by rewrite.authority, headers.request.set and headers.request.add");
    }

    private static void Mirrors(FieldScope scope, HTTPRoute route)
    {
        scope.Field("mirrors").Require(route.Mirror is null || route.Mirrors.Count == 0, "use mirror or mirrors, not both");
        if (route.Mirror is not null)
        {
            TargetRules.Check(scope.Field("mirror"), route.Mirror);
        }

#pragma warning disable CS0612 // Istio still accepts the deprecated field.
        if (route.MirrorPercent is { } old)
#pragma warning restore CS0612
        {
            scope.Field("mirrorPercent").Require(old <= 100, $"must be between 0 and 100, found {old}");
            scope.Field("mirrorPercent").Warning("mirrorPercent is old; use mirrorPercentage");
        }

        if (route.MirrorPercentage is { } percentage)
        {
            ValueRules.Percent(scope.Field("mirrorPercentage.value"), percentage.Value);
        }

        scope.Each("mirrors", route.Mirrors, static (item, mirror) =>
        {
            TargetRules.Required(item, mirror.Destination);
            if (mirror.Percentage is { } share)
            {
                ValueRules.Percent(item.Field("percentage.value"), share.Value);
            }
        });
    }
}
