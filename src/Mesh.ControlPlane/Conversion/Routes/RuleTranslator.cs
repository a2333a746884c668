using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns what a rule does, but for its conditions, into that of a VirtualService.</summary>
/// <param name="backends">Finds backends.</param>
/// <param name="route">Whose rule it is.</param>
/// <param name="scope">Through whom requests come.</param>
internal sealed class RuleTranslator(BackendResolver backends, Resource route, RouteScope scope)
{
    private const uint Failed = 500;

    private (string, string, string) From => (route.Id.Group, route.Id.Kind, route.Id.Namespace);

    /// <summary>What of its references cannot be had.</summary>
    public ConversionProblem? BadReference { get; private set; }

    /// <summary>What it asks for and nobody can do.</summary>
    public ConversionProblem? Unsupported { get; private set; }

    /// <param name="rule">As it is written.</param>
    /// <param name="match">One of its conditions, translated; null takes everything.</param>
    /// <param name="name">Where it says none.</param>
    public HTTPRoute Translate(HTTPRouteRule rule, HTTPMatchRequest? match, string name)
    {
        Unsupported = null;
        var result = new HTTPRoute { Name = rule.Name.Length > 0 ? rule.Name : name };
        if (match is not null)
        {
            result.Match.Add(match);
        }

        Headers? headers = null;
        foreach (var filter in rule.Filters)
        {
            if (!HeaderFilters.TryAdd(filter, ref headers))
            {
                Apply(result, filter, match);
            }
        }

        result.Headers = headers;
        RuleTerms.Apply(result, rule);
        if (result.Redirect is null)
        {
            AddBackends(result, rule);
        }

        // A filter must never be skipped: what cannot be done fails (specification).
        return Unsupported is null ? result : new HTTPRoute { Name = result.Name, Match = { result.Match }, DirectResponse = Failure() };
    }

    private void Apply(HTTPRoute result, HTTPRouteFilter filter, HTTPMatchRequest? match)
    {
        switch (filter.Type)
        {
            case "RequestRedirect" when filter.RequestRedirect is { } redirect:
                result.Redirect = PathFilters.Redirect(redirect, match, scope.IsSecure);
                break;
            case "URLRewrite" when filter.UrlRewrite is { } rewrite:
                result.Rewrite = PathFilters.Rewrite(rewrite, match);
                break;
            case "RequestMirror" when filter.RequestMirror is { BackendRef: not null } mirror:
                AddMirror(result, mirror);
                break;
            case "CORS" when filter.Cors is { } cors:
                result.CorsPolicy = CorsFilter.Translate(cors);
                break;
            default:
                Unsupported = new ConversionProblem("UnsupportedValue", $"filter {filter.Type} is not supported; its requests are answered with 500");
                break;
        }
    }

    private void AddMirror(HTTPRoute result, HTTPRequestMirrorFilter mirror)
    {
        var (destination, problem) = backends.Resolve(mirror.BackendRef, From, scope.IsMesh);
        BadReference = ConversionProblem.Join(BadReference, problem);
        if (problem is not null)
        {
            return;
        }

        var policy = new HTTPMirrorPolicy { Destination = destination };
        if (mirror.Fraction is { } fraction)
        {
            policy.Percentage = new Percent { Value = 100.0 * fraction.Numerator / fraction.Denominator };
        }
        else if (mirror.HasPercent)
        {
            policy.Percentage = new Percent { Value = mirror.Percent };
        }

        result.Mirrors.Add(policy);
    }

    private void AddBackends(HTTPRoute result, HTTPRouteRule rule)
    {
        var weighted = rule.BackendRefs.Where(backend => backend.Weight > 0).ToArray();
        if (weighted.Length == 0)
        {
            // Nobody to send to is the sender's fault (specification).
            result.DirectResponse = Failure();
            result.Rewrite = null;
            result.Mirrors.Clear();
            return;
        }

        foreach (var backend in weighted)
        {
            var (destination, problem) = backends.Resolve(Reference(backend), From, scope.IsMesh);
            BadReference = ConversionProblem.Join(BadReference, problem);
            Headers? headers = null;
            foreach (var filter in backend.Filters)
            {
                if (!HeaderFilters.TryAdd(filter, ref headers))
                {
                    Unsupported = new ConversionProblem("UnsupportedValue", $"filter {filter.Type} of a backendRef is not supported; its requests are answered with 500");
                }
            }

            result.Route.Add(new HTTPRouteDestination { Destination = destination, Weight = weighted.Length == 1 ? 0 : backend.Weight, Headers = headers });
        }
    }

    private static BackendObjectReference Reference(HTTPBackendRef backend)
    {
        var result = new BackendObjectReference { Group = backend.Group, Kind = backend.Kind, Name = backend.Name, Namespace = backend.Namespace };
        if (backend.HasPort)
        {
            result.Port = backend.Port;
        }

        return result;
    }

    private static HTTPDirectResponse Failure() => new() { Status = Failed };
}
