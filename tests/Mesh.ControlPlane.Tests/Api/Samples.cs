namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Objects and paths that tests of the API share.</summary>
internal static class Samples
{
    public const string Routes = "/apis/networking.istio.io/v1/namespaces/default/virtualservices";
    public const string Rules = "/apis/networking.istio.io/v1/namespaces/default/destinationrules";
    public const string Namespaces = "/api/v1/namespaces";
    public const string Services = "/api/v1/namespaces/default/services";
    public const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    public static string Route(string name, string subset = "v1", string version = "v1", string metadata = "") => $$$"""
        {"apiVersion": "networking.istio.io/{{{version}}}", "kind": "VirtualService", "metadata": {"name": "{{{name}}}"{{{metadata}}}},
         "spec": {"hosts": ["{{{name}}}"], "http": [{"route": [{"destination": {"host": "{{{name}}}", "subset": "{{{subset}}}"}}]}]}}
        """;

    public static string ConfigMap(string name, string metadata = "", string value = "1") => $$$"""
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{{name}}}"{{{metadata}}}}, "data": {"key": "{{{value}}}"}}
        """;

    public static string Namespace(string name, string metadata = "") => $$$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{{name}}}"{{{metadata}}}}}""";
}
