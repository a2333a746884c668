using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>One condition of an HTTP rule.</summary>
internal static class HttpMatchRules
{
    /// <summary>Istio's word for "the header is there"; not a regular expression.</summary>
    private const string Presence = "*";

    public static void Check(FieldScope scope, HTTPMatchRequest match, RouteContext context)
    {
        StringMatchRules.Check(scope.Field("uri"), match.Uri, emptyPrefixAllowed: true);
        StringMatchRules.Check(scope.Field("scheme"), match.Scheme);
        StringMatchRules.Check(scope.Field("method"), match.Method);
        StringMatchRules.Check(scope.Field("authority"), match.Authority);
        foreach (var (name, value) in match.Headers)
        {
            HeaderRules.MatchName(scope.Entry("headers", name), name, context.IsGateway);
            StringMatchRules.Check(scope.Entry("headers", name), value);
        }

        foreach (var (name, value) in match.WithoutHeaders)
        {
            HeaderRules.MatchName(scope.Entry("withoutHeaders", name), name, context.IsGateway);
            StringMatchRules.Check(scope.Entry("withoutHeaders", name), value.Regex == Presence ? null : value);
        }

        foreach (var (name, value) in match.QueryParams)
        {
            StringMatchRules.Check(scope.Entry("queryParams", name), value);
        }

        if (match.Port != 0)
        {
            ValueRules.Port(scope.Field("port"), match.Port);
        }

        LabelRules.Labels(scope, "sourceLabels", match.SourceLabels);
        GatewayNames.Check(scope, match.Gateways);
        scope.Field("sourceNamespace").Require(
            match.SourceNamespace.Length == 0 || DnsNames.IsLabel(match.SourceNamespace),
            $"\"{match.SourceNamespace}\" is not the name of a namespace");
    }
}
