using Google.Protobuf;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Path.UriTemplate;
using Mesh.Protocol.Envoy.Rbac;
using RuleCase = Mesh.Protocol.Envoy.Rbac.Permission.RuleOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes conditions on what is asked for.</summary>
internal static class PermissionDecoder
{
    private const string TemplateType = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
    private const string EndpointRouteType = "mesh.authorization.v1.EndpointRoute";

    /// <summary>The condition; null with an error when it cannot be evaluated.</summary>
    public static RbacCondition? Decode(Permission permission, DecodeErrors errors)
    {
#pragma warning disable CS0612 // Istio writes the deprecated form of metadata.
        switch (permission.RuleCase)
        {
            case RuleCase.AndRules:
                return new AllOf(RbacDecoder.Each(permission.AndRules.Rules, Decode, "and_rules", errors));
            case RuleCase.OrRules:
                return new AnyOf(RbacDecoder.Each(permission.OrRules.Rules, Decode, "or_rules", errors));
            case RuleCase.NotRule:
                return Decode(permission.NotRule, errors.In("not_rule")) is { } inner ? new Not(inner) : null;
            case RuleCase.Any:
                return permission.Any ? new Always() : new Not(new Always());
            case RuleCase.Header:
                return HeaderMatchDecoder.Decode(permission.Header, errors.In("header")) is { } header ? new HeaderCondition(header) : null;
            case RuleCase.UrlPath:
                return RequestConditionDecoder.Path(permission.UrlPath, errors.In("url_path"));
            case RuleCase.DestinationIp:
                return RequestConditionDecoder.Address(AddressRole.Destination, permission.DestinationIp, errors.In("destination_ip"));
            case RuleCase.DestinationPort:
                return Port(permission.DestinationPort, permission.DestinationPort + 1L, errors.In("destination_port"));
            case RuleCase.DestinationPortRange:
                return Port(permission.DestinationPortRange.Start, permission.DestinationPortRange.End, errors.In("destination_port_range"));
            case RuleCase.Metadata:
                return MetadataDecoder.Decode(permission.Metadata, errors.In("metadata"));
            case RuleCase.SourcedMetadata:
                return MetadataDecoder.Decode(permission.SourcedMetadata, errors.In("sourced_metadata"));
            case RuleCase.RequestedServerName:
                return StringMatchDecoder.Decode(permission.RequestedServerName, errors.In("requested_server_name")) is { } name
                    ? new ServerNameCondition(name)
                    : null;
            case RuleCase.UriTemplate:
                return Template(permission.UriTemplate, errors.In("uri_template"));
            case RuleCase.Matcher:
                return EndpointRoute(permission.Matcher, errors.In("matcher"));
            default:
                errors.Add("permission of an unknown kind");
                return null;
        }
#pragma warning restore CS0612
    }

    private static PortCondition? Port(long first, long end, DecodeErrors errors)
    {
        if (first is >= 0 and <= ushort.MaxValue && end > first && end <= ushort.MaxValue + 1)
        {
            return new PortCondition((int)first, (int)end - 1);
        }

        errors.Add($"expected ports up to {ushort.MaxValue}, got {first} to {end - 1}");
        return null;
    }

    private static PathTemplateCondition? Template(TypedExtensionConfig extension, DecodeErrors errors)
    {
        if (Parse(extension, TemplateType, UriTemplateMatchConfig.Parser, errors) is not { } config)
        {
            return null;
        }

        if (PathTemplate.TryParse(config.PathTemplate, out var template, out var reason))
        {
            return new PathTemplateCondition(template);
        }

        errors.Add(reason);
        return null;
    }

    private static EndpointRouteCondition? EndpointRoute(TypedExtensionConfig extension, DecodeErrors errors) =>
        Parse(extension, EndpointRouteType, Protocol.Extensions.Authorization.EndpointRoute.Parser, errors) is { } route
        && StringMatchDecoder.Decode(route.Template ?? new StringMatcher(), errors.In("template")) is { } template
            ? new EndpointRouteCondition(template)
            : null;

    private static T? Parse<T>(TypedExtensionConfig extension, string type, MessageParser<T> parser, DecodeErrors errors)
        where T : class, IMessage<T>
    {
        if (extension.TypedConfig is null || TypedConfig.Read(extension.TypedConfig, errors) is not { } config)
        {
            errors.Add($"expected {type}, got none");
            return null;
        }

        if (config.TypeUrl == type)
        {
            return config.Parse(parser, errors);
        }

        errors.Add($"expected {type}, got {config.TypeUrl}");
        return null;
    }
}
