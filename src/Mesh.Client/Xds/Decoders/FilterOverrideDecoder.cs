using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Filters.Http.Cors;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Filters.Http.Rbac;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Checks per-route settings of HTTP filters: an unknown one is refused unless it is optional (gRFC A39).</summary>
internal static class FilterOverrideDecoder
{
    public static void Validate(IEnumerable<KeyValuePair<string, Any>> overrides, DecodeErrors errors)
    {
        foreach (var (name, any) in overrides)
        {
            Validate(any, errors.In($"typed_per_filter_config[{name}]"));
        }
    }

    private static void Validate(Any any, DecodeErrors errors)
    {
        if (TypedConfig.ReadOverride(any, errors, out var optional, out _) is not { } config)
        {
            return;
        }

        switch (config.TypeUrl)
        {
            case "envoy.extensions.filters.http.fault.v3.HTTPFault":
                FaultDecoder.Validate(config.Parse(HTTPFault.Parser, errors), errors);
                break;
            case "envoy.extensions.filters.http.cors.v3.CorsPolicy":
                config.Parse(CorsPolicy.Parser, errors);
                break;
            case "envoy.extensions.filters.http.rbac.v3.RBACPerRoute":
                // It limits who may come in; a client that goes out has nothing to do with it.
                config.Parse(RBACPerRoute.Parser, errors);
                break;
            case var unknown when !optional:
                errors.Add($"HTTP filter {unknown} is not supported and not optional");
                break;
        }
    }
}
