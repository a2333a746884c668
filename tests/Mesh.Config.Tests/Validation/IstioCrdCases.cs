using Mesh.Config.Yaml;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

/// <summary>Istio's own cases of valid and invalid resources: one file holds several, and those that Istio rejects say so in a line <c>_err:</c>.</summary>
internal static class IstioCrdCases
{
    public static void AssertAgreement(string file)
    {
        var documents = YamlDocuments.Split(File.ReadAllText(Repository.RequireSharedData("istio-crd-validation", file)), YamlLimits.Default);
        Assert.NotEmpty(documents);
        foreach (var document in documents)
        {
            var lines = document.Text.Split('\n');
            var rejectedByIstio = lines.Any(line => line.StartsWith("_err:", StringComparison.Ordinal));
            var yaml = string.Join('\n', lines.Where(line => !line.StartsWith("_err:", StringComparison.Ordinal)));
            var errors = Manifest.Errors(yaml);
            Assert.True(errors.Length > 0 == rejectedByIstio, $"Istio {(rejectedByIstio ? "rejects" : "accepts")} this, we found {string.Join(" / ", errors)}:\n{document.Text}");
        }
    }
}
