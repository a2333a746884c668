using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Inbound;
using Mesh.Client.Xds.Decoders.Inbound.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Http;
using ForwardDetails = Mesh.Protocol.Envoy.Http.HttpConnectionManager.Types.ForwardClientCertDetails;
using RouteCase = Mesh.Protocol.Envoy.Http.HttpConnectionManager.RouteSpecifierOneofCase;

namespace Mesh.Client.Xds.Decoders.Gateways;

/// <summary>Decodes how a gateway reads requests: its routes, its rules for who may send what, and whom it believes about the caller.</summary>
internal static class GatewayRequestsDecoder
{
    private const string FaultType = "envoy.extensions.filters.http.fault.v3.HTTPFault";

    private const uint MaxHops = 100;

    public static GatewayRequests Decode(HttpConnectionManager manager, DecodeErrors errors)
    {
        var rules = InboundFilterDecoder.Decode(new InboundPort { Routes = new RouteConfiguration("", []) }, manager.HttpFilters, errors);
        var limit = DurationDecoder.DecodeNonNegative(manager.CommonHttpProtocolOptions?.MaxStreamDuration, errors.In("common_http_protocol_options.max_stream_duration"));
        return DecodeRoutes(manager, errors, new GatewayRequests
        {
            Rules = AuthorizationScopeDecoder.Decode(rules, manager, errors),
            MaxStreamDuration = limit > TimeSpan.Zero ? limit : null,
            Paths = AuthorizationScopeDecoder.Paths(manager),
            Fault = DecodeFault(manager, errors),
            Session = StatefulSessionDecoder.DecodeFilter(manager.HttpFilters, errors),
            TrustedHops = (int)Math.Min(manager.XffNumTrustedHops, MaxHops),
            IsEdge = manager.UseRemoteAddress == true,
            ClientCertificate = manager.ForwardClientCertDetails switch
            {
                ForwardDetails.ForwardOnly => ClientCertificateForwarding.ForwardOnly,
                ForwardDetails.AppendForward => ClientCertificateForwarding.AppendForward,
                ForwardDetails.SanitizeSet => ClientCertificateForwarding.SanitizeSet,
                ForwardDetails.AlwaysForwardOnly => ClientCertificateForwarding.AlwaysForwardOnly,
                _ => ClientCertificateForwarding.Sanitize,
            },
        });
    }

    private static GatewayRequests DecodeRoutes(HttpConnectionManager manager, DecodeErrors errors, GatewayRequests requests)
    {
        switch (manager.RouteSpecifierCase)
        {
            case RouteCase.RouteConfig:
                return requests with { InlineRoutes = RouteConfigurationDecoder.Decode(manager.RouteConfig, errors.In("route_config")) };
            case RouteCase.Rds:
                ListenerDecoder.CheckSource(manager.Rds.ConfigSource, errors.In("rds.config_source"));
                if (manager.Rds.RouteConfigName.Length == 0)
                {
                    errors.Add("rds.route_config_name: expected a name, got an empty one");
                }

                return requests with { RouteConfigurationName = manager.Rds.RouteConfigName };
            default:
                errors.Add($"expected rds or route_config, got {manager.RouteSpecifierCase}");
                return requests;
        }
    }

    // The first of several, as Envoy's first one would be met first.
    private static FaultPolicy? DecodeFault(HttpConnectionManager manager, DecodeErrors errors)
    {
        for (var index = 0; index < manager.HttpFilters.Count; index++)
        {
            var filterErrors = errors.In("http_filters", index);
            if (manager.HttpFilters[index].TypedConfig is { } any && TypedConfig.Read(any, filterErrors) is { TypeUrl: FaultType } config)
            {
                return config.Parse(HTTPFault.Parser, filterErrors) is { } message ? FaultDecoder.Decode(message, filterErrors) : FaultPolicy.None;
            }
        }

        return null;
    }
}
