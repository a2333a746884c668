using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Filters.Http.Cors;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Filters.Http.Router;
using Mesh.Protocol.Envoy.Http;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes a client's HTTP filters (gRFC A39): unique names, known types unless optional, and Router as the one at the end.</summary>
internal static class HttpFilterDecoder
{
    public const string FaultFilter = "envoy.filters.http.fault";
    public const string FaultType = "envoy.extensions.filters.http.fault.v3.HTTPFault";

    private const string RouterType = "envoy.extensions.filters.http.router.v3.Router";

    /// <summary>The faults of the filter chain; null when it has no filter for them, and what routes say of faults counts for nothing.</summary>
    public static FaultPolicy? Decode(IReadOnlyList<HttpFilter> filters, DecodeErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var last = "";
        FaultPolicy? fault = null;
        for (var index = 0; index < filters.Count; index++)
        {
            var filterErrors = errors.In("http_filters", index);
            if (filters[index].Name.Length == 0 || !names.Add(filters[index].Name))
            {
                filterErrors.Add($"expected a name of its own, got '{filters[index].Name}'");
            }

            if (last == RouterType)
            {
                filterErrors.Add("a filter behind Router, which must be the last one");
            }

            last = Decode(filters[index], filterErrors, ref fault) ?? last;
        }

        if (last != RouterType)
        {
            errors.Add("http_filters: expected Router as the last one");
        }

        return fault;
    }

    /// <summary>The type of a filter that counts; null for one to be ignored.</summary>
    private static string? Decode(HttpFilter filter, DecodeErrors errors, ref FaultPolicy? fault)
    {
        if (filter.TypedConfig is null)
        {
            if (!filter.IsOptional)
            {
                errors.Add("expected typed_config, got none");
            }

            return null;
        }

        var config = TypedConfig.Read(filter.TypedConfig, errors);
        switch (config?.TypeUrl)
        {
            case RouterType:
                config.Value.Parse(Router.Parser, errors);
                return RouterType;
            case FaultType:
                // The first of several, as Envoy's first one would be met first.
                fault ??= config.Value.Parse(HTTPFault.Parser, errors) is { } message ? FaultDecoder.Decode(message, errors) : FaultPolicy.None;
                return config.Value.TypeUrl;
            case StatefulSessionDecoder.FilterType:
                // StatefulSessionDecoder reads it, with the levels below it.
                return config.Value.TypeUrl;
            case "envoy.extensions.filters.http.cors.v3.Cors":
                // For browsers in front of a gateway; nothing to do on a client.
                config.Value.Parse(Cors.Parser, errors);
                return config.Value.TypeUrl;
            case { } unknown when !filter.IsOptional:
                errors.Add($"HTTP filter {unknown} is not supported on a client and not optional");
                return null;
            default:
                return null;
        }
    }
}
