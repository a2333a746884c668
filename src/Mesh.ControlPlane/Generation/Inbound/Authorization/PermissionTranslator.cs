using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Validation.Security;
using Mesh.ControlPlane.Generation.Connections;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Path.UriTemplate;
using Mesh.Protocol.Envoy.Rbac;
using Mesh.Protocol.Extensions.Authorization;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Turns single values about what is asked for into permissions; null where the port or the server cannot tell.</summary>
internal sealed class PermissionTranslator(RuleScope scope)
{
    private const string Authority = ":authority";
    private const string MethodHeader = ":method";
    private const string UriTemplate = "uri_template";
    private const string EndpointRouteName = "mesh.endpoint_route";

    /// <summary>Whether a condition's attribute is one of what is asked for, and not of who asks.</summary>
    public static bool Knows(string key) => key is "destination.ip" or "destination.port" or "connection.sni";

    /// <summary>Null when the attribute is none of these.</summary>
    public Func<string, Permission?>? For(string key) => key switch
    {
        "destination.ip" => Address,
        "destination.port" => Port,
        "connection.sni" => ServerName,
        _ => null,
    };

    public Permission? Host(string value) => Header(Authority, value, ignoreCase: true);

    public Permission? Method(string value) => Header(MethodHeader, value, ignoreCase: false);

    public Permission? Path(string value)
    {
        if (scope.IsTcp)
        {
            return null;
        }

        if (scope.PathsAreRoutes)
        {
            return scope.IsProxylessGrpc ? null : Route(value);
        }

        if (!PathTemplateRules.IsTemplate(value))
        {
            return new Permission { UrlPath = new PathMatcher { Path = ValuePattern.Of(value) } };
        }

        // gRFC A41 has no templates: a server that finds one refuses its whole listener.
        return scope.IsProxylessGrpc ? null : new Permission { UriTemplate = Extension(UriTemplate, new UriTemplateMatchConfig { PathTemplate = EnvoyTemplate(value) }) };
    }

    public Permission? Port(string value) => new() { DestinationPort = uint.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) };

    private static Permission Address(string value) => new() { DestinationIp = PrefixRange.Parse(PrefixRange.Normalize(value)) };

    private static Permission ServerName(string value) => new() { RequestedServerName = ValuePattern.Of(value) };

    private static Permission Route(string value)
    {
        // The router compares without case, so the template that it chose must be compared so, too.
        var template = ValuePattern.Of(value);
        template.IgnoreCase = template.MatchPatternCase != StringMatcher.MatchPatternOneofCase.SafeRegex;
        return new Permission { Matcher = Extension(EndpointRouteName, new EndpointRoute { Template = template }) };
    }

    private static string EnvoyTemplate(string path) =>
        path.Replace(PathTemplateRules.AnySegments, "**", StringComparison.Ordinal).Replace(PathTemplateRules.OneSegment, "*", StringComparison.Ordinal);

    private static TypedExtensionConfig Extension(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };

    private Permission? Header(string name, string value, bool ignoreCase) =>
        !scope.IsTcp && HeaderCondition.Matcher(scope, name, value, ignoreCase) is { } matcher ? new Permission { Header = matcher } : null;
}
