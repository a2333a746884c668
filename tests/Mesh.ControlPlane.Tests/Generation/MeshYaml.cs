namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Short ways to write the resources that tests of generation combine.</summary>
internal static class MeshYaml
{
    /// <summary>The mesh configuration.</summary>
    public static string Settings(string mesh) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio, namespace: istio-system}}\ndata:\n  mesh: |\n    {mesh.Replace("\n", "\n    ", StringComparison.Ordinal)}\n";

    public static string Of(string kind, string name, string spec, string @namespace = "default") =>
        $"apiVersion: networking.istio.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {@namespace}}}\nspec:\n  {spec.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";

    public static string VirtualService(string name, string spec, string @namespace = "default") => Of("VirtualService", name, spec, @namespace);

    public static string DestinationRule(string name, string spec, string @namespace = "default") => Of("DestinationRule", name, spec, @namespace);

    public static string ServiceEntry(string name, string spec, string @namespace = "default") => Of("ServiceEntry", name, spec, @namespace);

    public static string Sidecar(string name, string spec, string @namespace = "default") => Of("Sidecar", name, spec, @namespace);

    /// <summary>A core Service with HTTP on a port.</summary>
    public static string Service(string name, string @namespace, int port = 9080, string annotations = "{}") =>
        $"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {@namespace}, annotations: {annotations}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: {port}, name: http}}]}}\n";
}
