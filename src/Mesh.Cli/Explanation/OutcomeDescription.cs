using System.Text;
using System.Text.Json.Nodes;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;

namespace Mesh.Cli.Explanation;

/// <summary>Describes what becomes of a request on one route, as JSON.</summary>
/// <param name="destination">As the client holds it.</param>
/// <param name="host">Its virtual host.</param>
/// <param name="origins">Which configuration made what.</param>
/// <param name="isProved">Whether the client has an identity to show.</param>
internal sealed class OutcomeDescription(Destination destination, VirtualHost host, ResourceOrigins origins, bool isProved)
{
    private const int ShownBody = 200;

    public JsonObject Of(RouteOutcome outcome, HttpRequestMessage request)
    {
        var description = new JsonObject
        {
            ["share"] = outcome.Share,
            ["route"] = outcome.Route.Name,
            ["match"] = MatchText.Of(outcome.Route.Match),
            ["origin"] = Reference(origins.OfRoute(host, outcome.Index)),
            ["passedOver"] = new JsonArray([.. outcome.PassedOver.Select(passed => (JsonNode)new JsonObject
            {
                ["route"] = host.Routes[passed.Index].Name,
                ["failingCondition"] = passed.Condition,
                ["origin"] = Reference(origins.OfRoute(host, passed.Index)),
            })]),
        };
        switch (outcome.Route.Action)
        {
            case ForwardAction forward:
                Forward(description, outcome.Route, forward, request);
                break;
            case RedirectAction redirect:
                description["action"] = "redirect";
                description["status"] = redirect.StatusCode;
                description["location"] = RequestChange.Location(request, outcome.Route, redirect);
                break;
            case DirectResponseAction answer:
                description["action"] = "answer";
                description["status"] = answer.StatusCode;
                description["body"] = Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(ShownBody, answer.Body.Length)]);
                break;
            default:
                description["action"] = "fail";
                description["reason"] = "the client cannot do what the route asks for";
                break;
        }

        return description;
    }

    private void Forward(JsonObject description, Route route, ForwardAction action, HttpRequestMessage request)
    {
        description["action"] = "forward";
        description["timeout"] = action.Timeout is { } timeout && timeout > TimeSpan.Zero ? PolicyText.Of(timeout) : null;
        description["retries"] = action.Retry is { } retry ? PolicyText.Of(retry) : null;
        description["hedging"] = action.Hedging is { } hedging
            ? $"up to {hedging.MaxAttempts} attempts side by side, the next after {(hedging.Delay is { } delay ? PolicyText.Of(delay) : "the timeout of an attempt")}" : null;
        description["affinity"] = action.HashPolicies.IsEmpty ? null : string.Join(", ", action.HashPolicies.Select(PolicyText.Of));
        description["mirrors"] = new JsonArray([.. action.Mirrors.Select(mirror => (JsonNode)$"{mirror.Cluster} ({PolicyText.Of(mirror.SharePerMillion / 1e6)})")]);
        var total = action.Clusters.Sum(cluster => (double)cluster.Weight);
        description["clusters"] = new JsonArray([.. action.Clusters.Select(cluster => (JsonNode)Cluster(route, action, cluster, cluster.Weight / total, request))]);
    }

    private JsonObject Cluster(Route route, ForwardAction action, WeightedCluster weighted, double share, HttpRequestMessage request)
    {
        using var wire = RequestChange.Apply(request, route, action, weighted);
        var description = new JsonObject
        {
            ["name"] = weighted.Name,
            ["share"] = share,
            ["origin"] = Reference(origins.OfCluster(weighted.Name)),
            ["path"] = wire.RequestUri!.PathAndQuery,
            ["authority"] = WireRequest.Authority(wire),
            ["authorityOfEndpoint"] = action.HostRewrite is { Kind: HostRewriteKind.Endpoint },
            ["headers"] = new JsonArray([.. RequestChange.Describe(weighted).Select(text => (JsonNode)text)]),
            ["fault"] = PolicyText.Of(weighted.Fault ?? route.Fault, request, weighted.Name),
        };
        if (weighted.Name.Split('|') is ["outbound", var port, var subset, var fqdn])
        {
            (description["host"], description["port"], description["subset"]) = (fqdn, port, subset.Length > 0 ? subset : null);
        }

        if (destination.Clusters.GetValueOrDefault(weighted.Name) is not { } cluster)
        {
            description["reason"] = "the client has no such cluster";
            description["endpoints"] = new JsonArray();
            return description;
        }

        description["balancing"] = PolicyText.Of(cluster.Policy.LoadBalancing);
        description["connectTimeout"] = PolicyText.Of(cluster.Policy.ConnectTimeout);
        description["outlierDetection"] = cluster.Policy.OutlierDetection is not null;
        description["reason"] = cluster.Reason;
        description["endpoints"] = Endpoints(cluster);
        return description;
    }

    private JsonArray Endpoints(Cluster cluster)
    {
        var workloads = origins.WorkloadsOf(cluster.Name);
        return
        [
            .. from locality in cluster.Endpoints.Localities.OrderBy(locality => locality.Priority)
               from endpoint in locality.Endpoints
               let security = cluster.Policy.SecurityOf(endpoint)
               let workload = workloads.TryGetValue(endpoint.Address.ToString(), out var known) ? known : default
               select new JsonObject
               {
                   ["address"] = endpoint.Address.ToString(),
                   ["port"] = endpoint.Address.Port,
                   ["workload"] = workload.Workload,
                   ["namespace"] = workload.Namespace,
                   ["health"] = endpoint.Health.ToString(),
                   ["usable"] = endpoint.Health is EndpointHealth.Healthy or EndpointHealth.Unknown,
                   ["priority"] = locality.Priority,
                   ["locality"] = locality.Locality.ToString(),
                   ["weight"] = endpoint.Weight,
                   ["security"] = PolicyText.Of(security, isProved),
                   ["mutual"] = security is { IsMesh: true } && isProved,
               },
        ];
    }

    private static JsonObject? Reference(OriginReference? origin) => origin is null ? null : new JsonObject
    {
        ["group"] = origin.Group,
        ["kind"] = origin.Kind,
        ["namespace"] = origin.Namespace,
        ["name"] = origin.Name,
        ["field"] = origin.Field,
    };
}
