using Mesh.ControlPlane.Tests.Generation;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>Short ways to write objects of the Gateway API.</summary>
internal static class GatewayApiYaml
{
    public const string ParentRefs = "parentRefs: [{name: gateway}]";

    /// <summary>The backends of the conformance suite.</summary>
    public static string Backends { get; } = string.Join("---\n", new[] { "v1", "v2", "v3" }.Select(name => MeshYaml.Service(name, "default", 8080)).Append(MeshYaml.Service("other", "web", 8080)));

    public static string HttpGateway { get; } = Gateway("[{name: http, port: 80, protocol: HTTP}]");

    public static string Of(string kind, string name, string spec, string @namespace = "default", string version = "v1") =>
        $"apiVersion: gateway.networking.k8s.io/{version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {@namespace}}}\nspec:\n  {spec.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";

    public static string Gateway(string listeners, string name = "gateway", string @namespace = "default", string @class = "istio") =>
        Of("Gateway", name, $"gatewayClassName: {@class}\nlisteners: {listeners}", @namespace);

    /// <summary>An HTTPRoute to the gateway, with rules in flow style.</summary>
    public static string Route(string rules, string name = "route", string parents = ParentRefs, string hostnames = "[]", string @namespace = "default") =>
        Of("HTTPRoute", name, $"{parents}\nhostnames: {hostnames}\nrules: {rules}", @namespace);

    public static string To(string backend, int port = 8080) => $"backendRefs: [{{name: {backend}, port: {port}}}]";

    public static string Grant(string from, string to, string @namespace) => Of("ReferenceGrant", "grant", $"from: [{from}]\nto: [{to}]", @namespace, "v1beta1");

    public static string Namespace(string name, string labels) => $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n";
}
