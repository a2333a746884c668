using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Xds.Decoders.Connections;
using Mesh.Client.Xds.Decoders.Gateways;
using Mesh.Client.Xds.Decoders.Inbound;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using RouteCase = Mesh.Protocol.Envoy.Http.HttpConnectionManager.RouteSpecifierOneofCase;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes the listeners of a client: requests by <c>api_listener</c> (gRFC A27), raw connections by filter chains, as Envoy has them.</summary>
internal static class ListenerDecoder
{
    private const string ConnectionManagerType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    public static DecodeResult<ListenerResource> Decode(Listener message)
    {
        var errors = new DecodeErrors();
        if (message.Name.Length == 0)
        {
            errors.Add("listener without a name");
        }

        var listener = new ListenerResource(message.Name);
        if (GatewayListenerDecoder.Is(message))
        {
            return DecodeResult<ListenerResource>.From(message.Name, listener with { Gateway = GatewayListenerDecoder.Decode(message, errors) }, errors);
        }

        if (InboundListenerDecoder.Is(message))
        {
            return DecodeResult<ListenerResource>.From(message.Name, listener with { Inbound = InboundListenerDecoder.Decode(message, errors) }, errors);
        }

        var connections = FilterChainDecoder.Decode(message, errors);
        if (message.ApiListener?.ApiListener_ is { } any)
        {
            listener = DecodeApi(message.Name, any, errors.In("api_listener"));
        }
        else if (connections is null)
        {
            errors.Add("expected api_listener (for requests) or filter_chains (for connections), got neither");
        }

        return DecodeResult<ListenerResource>.From(message.Name, listener with { Connections = connections }, errors);
    }

    private static ListenerResource DecodeApi(string name, Any any, DecodeErrors errors)
    {
        if (TypedConfig.Read(any, errors) is { } config)
        {
            if (config.TypeUrl != ConnectionManagerType)
            {
                errors.Add($"expected {ConnectionManagerType}, got {config.TypeUrl}");
            }
            else if (config.Parse(HttpConnectionManager.Parser, errors) is { } manager)
            {
                return Decode(name, manager, errors);
            }
        }

        return new ListenerResource(name);
    }

    private static ListenerResource Decode(string name, HttpConnectionManager manager, DecodeErrors errors)
    {
        // gRFC A41: both would change who the caller is, which a client cannot do.
        if (manager.XffNumTrustedHops != 0)
        {
            errors.Add($"xff_num_trusted_hops: expected 0, got {manager.XffNumTrustedHops}");
        }

        if (manager.OriginalIpDetectionExtensions.Count > 0)
        {
            errors.Add("original_ip_detection_extensions: expected none");
        }

        var fault = HttpFilterDecoder.Decode(manager.HttpFilters, errors);
        var session = StatefulSessionDecoder.DecodeFilter(manager.HttpFilters, errors);
        var limitErrors = errors.In("common_http_protocol_options.max_stream_duration");
        var limit = DurationDecoder.DecodeNonNegative(manager.CommonHttpProtocolOptions?.MaxStreamDuration, limitErrors);
        var listener = new ListenerResource(name) { MaxStreamDuration = limit > TimeSpan.Zero ? limit : null, Fault = fault, Session = session };
        switch (manager.RouteSpecifierCase)
        {
            case RouteCase.RouteConfig:
                return listener with { InlineRoutes = RouteConfigurationDecoder.Decode(manager.RouteConfig, errors.In("route_config")) };
            case RouteCase.Rds:
                CheckSource(manager.Rds.ConfigSource, errors.In("rds.config_source"));
                if (manager.Rds.RouteConfigName.Length == 0)
                {
                    errors.Add("rds.route_config_name: expected a name, got an empty one");
                }

                return listener with { RouteConfigurationName = manager.Rds.RouteConfigName };
            default:
                errors.Add($"expected rds or route_config, got {manager.RouteSpecifierCase}");
                return listener;
        }
    }

    /// <summary>Everything comes over this one stream.</summary>
    internal static void CheckSource(ConfigSource? source, DecodeErrors errors)
    {
        if (source?.ConfigSourceSpecifierCase
            is not (ConfigSource.ConfigSourceSpecifierOneofCase.Ads or ConfigSource.ConfigSourceSpecifierOneofCase.Self))
        {
            errors.Add($"expected ads or self, got {source?.ConfigSourceSpecifierCase.ToString() ?? "none"}");
        }
    }
}
