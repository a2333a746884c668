using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Filters of HTTP and gRPC routes: exactly the part that the type names.</summary>
internal static class FilterRules
{
    public static readonly string[] OfHttp =
        ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite", "CORS", "ExternalAuth", "ExtensionRef"];

    public static readonly string[] OfGrpc = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"];

    private static readonly string[] OnceOnly = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "CORS"];

    public static void Check(FieldScope scope, IReadOnlyList<HTTPRouteFilter> filters, string[] types)
    {
        ValueRules.Count(scope.Field("filters"), filters.Count, 0, RouteRules.MostFilters);
        scope.Each("filters", filters, (item, filter) => Check(item, filter, types));
        foreach (var type in OnceOnly)
        {
            scope.Field("filters").Require(filters.Count(filter => filter.Type == type) <= 1, $"{type} filter cannot be repeated");
        }

        scope.Field("filters").Require(
            !filters.Any(filter => filter.Type == "RequestRedirect") || !filters.Any(filter => filter.Type == "URLRewrite"),
            "a request is redirected or rewritten, not both");
    }

    private static void Check(FieldScope scope, HTTPRouteFilter filter, string[] types)
    {
        ValueRules.OneOf(scope.Field("type"), filter.Type, types);
        foreach (var (type, field, isSet) in Parts(filter))
        {
            scope.Field(field).Require(filter.Type != type || isSet, $"must be specified for {type} filter.type");
            scope.Field(field).Require(filter.Type == type || !isSet, $"must be nil if the filter.type is not {type}");
        }

        Headers(scope.Field("requestHeaderModifier"), filter.RequestHeaderModifier);
        Headers(scope.Field("responseHeaderModifier"), filter.ResponseHeaderModifier);
        Mirror(scope.Field("requestMirror"), filter.RequestMirror);
        Redirect(scope.Field("requestRedirect"), filter.RequestRedirect);
        CorsFilterRules.Check(scope.Field("cors"), filter.Cors);
        ExternalAuthRules.Check(scope.Field("externalAuth"), filter.ExternalAuth);
        if (filter.UrlRewrite is { } rewrite)
        {
            ReferenceRules.Optional(scope.Field("urlRewrite"), "hostname", rewrite.HasHostname ? rewrite.Hostname : null, NameRules.PreciseHost);
            PathRules.Modifier(scope.Field("urlRewrite.path"), rewrite.Path);
        }

        if (filter.ExtensionRef is { } extension)
        {
            ReferenceRules.Object(scope.Field("extensionRef"), extension.HasGroup ? extension.Group : null, extension.Kind, extension.Name);
        }
    }

    private static (string Type, string Field, bool IsSet)[] Parts(HTTPRouteFilter filter) =>
    [
        ("RequestHeaderModifier", "requestHeaderModifier", filter.RequestHeaderModifier is not null),
        ("ResponseHeaderModifier", "responseHeaderModifier", filter.ResponseHeaderModifier is not null),
        ("RequestMirror", "requestMirror", filter.RequestMirror is not null),
        ("RequestRedirect", "requestRedirect", filter.RequestRedirect is not null),
        ("URLRewrite", "urlRewrite", filter.UrlRewrite is not null),
        ("CORS", "cors", filter.Cors is not null),
        ("ExternalAuth", "externalAuth", filter.ExternalAuth is not null),
        ("ExtensionRef", "extensionRef", filter.ExtensionRef is not null),
    ];

    private static void Headers(FieldScope scope, HTTPHeaderFilter? headers)
    {
        const int MostHeaders = 16;
        const int LongestValue = 4096;
        if (headers is null)
        {
            return;
        }

        foreach (var (field, edits) in new[] { ("set", headers.Set), ("add", headers.Add) })
        {
            ValueRules.Count(scope.Field(field), edits.Count, 0, MostHeaders);
            var names = new HashSet<string>(StringComparer.Ordinal);
            scope.Each(field, edits, (item, edit) =>
            {
                NameRules.Header(item.Field("name"), edit.Name);
                item.Field("name").Require(names.Add(edit.Name), $"\"{edit.Name}\" is there twice");
                ValueRules.Length(item.Field("value"), edit.Value, 1, LongestValue);
            });
        }

        ValueRules.Count(scope.Field("remove"), headers.Remove.Count, 0, MostHeaders);
        ValueRules.Distinct(scope, "remove", headers.Remove);
    }

    private static void Mirror(FieldScope scope, HTTPRequestMirrorFilter? mirror)
    {
        if (mirror is null)
        {
            return;
        }

        ReferenceRules.Backend(scope.Field("backendRef"), mirror.BackendRef);
        ValueRules.Percent(scope.Field("percent"), mirror.Percent);
        scope.Require(!mirror.HasPercent || mirror.Fraction is null, "only one of percent or fraction may be specified");
        if (mirror.Fraction is { } fraction)
        {
            ValueRules.NotNegative(scope.Field("fraction.numerator"), fraction.Numerator);
            scope.Field("fraction.denominator").Require(fraction.Denominator >= 1, $"must be at least 1, found {fraction.Denominator}");
            scope.Field("fraction").Require(fraction.Numerator <= fraction.Denominator, "numerator must be less than or equal to denominator");
        }
    }

    private static void Redirect(FieldScope scope, HTTPRequestRedirectFilter? redirect)
    {
        if (redirect is null)
        {
            return;
        }

        scope.Field("scheme").Require(!redirect.HasScheme || redirect.Scheme is "http" or "https", $"\"{redirect.Scheme}\" is not one of http, https");
        ReferenceRules.Optional(scope, "hostname", redirect.HasHostname ? redirect.Hostname : null, NameRules.PreciseHost);
        PathRules.Modifier(scope.Field("path"), redirect.Path);
        scope.Field("statusCode").Require(redirect.StatusCode is 301 or 302 or 303 or 307 or 308, $"{redirect.StatusCode} is not one of 301, 302, 303, 307, 308");
        if (redirect.HasPort)
        {
            ValueRules.Port(scope.Field("port"), redirect.Port);
        }
    }
}
