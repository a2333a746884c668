using Mesh.Config;
using Mesh.Config.Admission;
using Xunit;

namespace Mesh.Testing;

/// <summary>Short ways to write and read manifests in tests.</summary>
internal static class Manifest
{
    public static string VirtualService(string name, string spec) => Of("networking.istio.io/v1", "VirtualService", name, spec);

    public static string DestinationRule(string name, string spec) => Of("networking.istio.io/v1", "DestinationRule", name, spec);

    public static string ServiceEntry(string name, string spec) => Of("networking.istio.io/v1", "ServiceEntry", name, spec);

    public static string Of(string apiVersion, string kind, string name, string spec) =>
        $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{Indent(spec)}\n";

    /// <summary>A VirtualService that sends everything for one host to another.</summary>
    public static string Route(string name, string to = "reviews") =>
        VirtualService(name, $"hosts: [{name}]\nhttp:\n- route:\n  - destination: {{host: {to}}}");

    public static ReadText Read(string yaml) => new ResourceReader().Read(yaml, "test.yaml");

    public static string[] Errors(string yaml) => [.. Read(yaml).Errors.Select(error => error.ToString())];

    public static string[] Warnings(string yaml) =>
        [.. Read(yaml).Findings.Where(finding => finding.Severity == FindingSeverity.Warning).Select(finding => finding.ToString())];

    public static T Spec<T>(string yaml) => (T)Assert.Single(ReadValid(yaml)).Spec!;

    public static Resource[] ReadValid(string yaml)
    {
        var read = Read(yaml);
        Assert.Empty(read.Errors);
        return [.. read.Resources];
    }

    private static string Indent(string text) => "  " + text.Replace("\n", "\n  ", StringComparison.Ordinal);
}
