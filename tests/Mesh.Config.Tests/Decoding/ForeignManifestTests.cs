using Mesh.Config.Admission;
using Mesh.Testing;

namespace Mesh.Config.Tests.Decoding;

public sealed class ForeignManifestTests
{
    /// <summary>Kinds of the shared manifests that are of neither Istio, Kubernetes nor the Gateway API.</summary>
    private static readonly string[] OthersKinds = ["Certificate", "ClusterIssuer", "IstioOperator", "QuotaSpec"];

    [Theory]
    [InlineData("bookinfo", "platform/kube")]
    [InlineData("bookinfo", "networking")]
    [InlineData("bookinfo", "gateway-api")]
    [InlineData("bookinfo", "policy")]
    [InlineData("istio-analysis", "testdata")]
    public void Read_ManifestsOfBookinfoAndIstiosAnalyzers_AreOfKindsOfTheCatalogue(string folder, string files)
    {
        var known = 0;
        var rejected = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Repository.RequireSharedData(folder, files), "*.yaml", SearchOption.AllDirectories))
        {
            foreach (var document in new ResourceReader().Read(File.ReadAllText(file), file).Documents)
            {
                Assert.DoesNotContain(document.Findings, finding => finding.Path == "kind" && document.Kind.Length > 0 && !OthersKinds.Contains(document.Kind, StringComparer.Ordinal));
                rejected.AddRange(document.Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.ToString()));
                known += document.Resource is null ? 0 : 1;
            }
        }

        Assert.NotEqual(0, known);

        // The input of the analyzers is wrong on purpose here and there.
        Assert.True(rejected.Count == 0 || folder == "istio-analysis", string.Join('\n', rejected));
    }

}
