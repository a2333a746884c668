using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Filters.Http.Rbac;
using CorsPolicy = Mesh.Protocol.Envoy.Filters.Http.Cors.CorsPolicy;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes the settings of HTTP filters at one level: an unknown one is refused unless it is optional (gRFC A39).</summary>
internal static class FilterOverrideDecoder
{
    /// <summary>The faults of this level; null when it says nothing of them.</summary>
    public static FaultPolicy? Decode(IEnumerable<KeyValuePair<string, Any>> overrides, DecodeErrors errors)
    {
        FaultPolicy? fault = null;
        foreach (var (name, any) in overrides)
        {
            fault = Decode(name, any, errors.In($"typed_per_filter_config[{name}]")) ?? fault;
        }

        return fault;
    }

    private static FaultPolicy? Decode(string name, Any any, DecodeErrors errors)
    {
        if (TypedConfig.ReadOverride(any, errors, out var optional, out var disabled) is not { } config)
        {
            // Disabled without a configuration: only the filter's name says which one is meant.
            return disabled && name == HttpFilterDecoder.FaultFilter ? FaultPolicy.None : null;
        }

        switch (config.TypeUrl)
        {
            case HttpFilterDecoder.FaultType when disabled:
                return FaultPolicy.None;
            case HttpFilterDecoder.FaultType:
                return config.Parse(HTTPFault.Parser, errors) is { } fault ? FaultDecoder.Decode(fault, errors) : null;
            case StatefulSessionDecoder.OverrideType:
                // StatefulSessionDecoder reads it.
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

        return null;
    }
}
