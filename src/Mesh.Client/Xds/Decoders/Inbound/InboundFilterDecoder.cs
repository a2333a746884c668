using Mesh.Client.Model.Authorization;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Inbound.Apis;
using Mesh.Client.Xds.Decoders.Inbound.Authorization;
using Mesh.Client.Xds.Decoders.Inbound.Jwt;
using Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using Mesh.Protocol.Envoy.Filters.Http.Rbac;
using Mesh.Protocol.Envoy.Filters.Http.Router;
using Mesh.Protocol.Envoy.Http;

namespace Mesh.Client.Xds.Decoders.Inbound;

/// <summary>Decodes a server's HTTP filters in their order (gRFC A39): unknown ones are an error unless optional, as a rule that is left out would let requests pass.</summary>
internal static class InboundFilterDecoder
{
    private const string RouterType = "envoy.extensions.filters.http.router.v3.Router";
    private const string CorsType = "envoy.extensions.filters.http.cors.v3.Cors";
    private const string FaultType = "envoy.extensions.filters.http.fault.v3.HTTPFault";

    public static InboundPort Decode(InboundPort port, IReadOnlyList<HttpFilter> filters, DecodeErrors errors)
    {
        for (var index = 0; index < filters.Count; index++)
        {
            port = Decode(port, filters[index], errors.In("http_filters", index));
        }

        return port;
    }

    private static InboundPort Decode(InboundPort port, HttpFilter filter, DecodeErrors errors)
    {
        if (filter.TypedConfig is null)
        {
            if (!filter.IsOptional)
            {
                errors.Add("expected typed_config, got none");
            }

            return port;
        }

        var config = TypedConfig.Read(filter.TypedConfig, errors);
        switch (config?.TypeUrl)
        {
            case RouterType:
                config.Value.Parse(Router.Parser, errors);
                return port;
            case JwtPolicyDecoder.FilterType:
                return DecodeJwt(port, config.Value, errors);
            case RateLimitDecoder.FilterType:
                return port with { RateLimits = port.RateLimits.AddRange(RateLimitDecoder.Decode(config.Value, errors)) };
            case ApiKeyDecoder.FilterType:
                return port with { ApiKeys = ApiKeyDecoder.Decode(config.Value, errors) };
            case ApiVersionDecoder.FilterType:
                return ApiVersionDecoder.Decode(config.Value, errors) is { } versions ? port with { ApiVersions = port.ApiVersions.Add(versions) } : port;
            case TransformationDecoder.FilterType:
                return port with { Transformations = TransformationDecoder.Decode(config.Value, errors) };
            case CorsType or FaultType or StatefulSessionDecoder.FilterType:
                // Routes say what they do.
                return port;
            case RbacDecoder.FilterType:
                return config.Value.Parse(RBAC.Parser, errors) is { } rbac ? Add(port, RbacDecoder.Decode(filter.Name, rbac, errors)) : port;
            case ExternalAuthorizationDecoder.FilterType:
                return config.Value.Parse(Protocol.Extensions.Authorization.ExternalAuthorization.Parser, errors) is { } external
                    ? Add(port, ExternalAuthorizationDecoder.Decode(filter.Name, external, errors))
                    : port;
            case { } unknown when !filter.IsOptional:
                errors.Add($"HTTP filter {unknown} is not supported on a server and not optional");
                return port;
            default:
                return port;
        }
    }

    private static InboundPort DecodeJwt(InboundPort port, TypedConfig config, DecodeErrors errors)
    {
        if (port.Jwt is not null)
        {
            errors.Add("a second filter for tokens; expected one, with all providers");
        }

        return config.Parse(JwtAuthentication.Parser, errors) is { } message ? port with { Jwt = JwtPolicyDecoder.Decode(message, errors) } : port;
    }

    private static InboundPort Add(InboundPort port, AuthorizationFilter filter) =>
        port with { Authorization = new InboundAuthorization([.. port.Authorization?.Filters ?? [], filter]) };
}
