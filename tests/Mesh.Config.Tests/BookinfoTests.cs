using Mesh.Config.Admission;
using Mesh.Testing;

namespace Mesh.Config.Tests;

/// <summary>The upstream manifests of Bookinfo are the first thing anyone loads: they go in unmodified.</summary>
public sealed class BookinfoTests
{
    private static readonly string[] Folders = ["networking", "platform/kube", "gateway-api", "policy"];

    [Fact]
    public void Read_EveryUpstreamFile_HasNoError()
    {
        var root = Repository.RequireSharedData("bookinfo");
        var files = Folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.yaml")).ToArray();
        Assert.NotEmpty(files);

        var errors = files.SelectMany(file => new ResourceReader().Read(File.ReadAllText(file), file).Errors);

        Assert.Empty(errors);
    }

    [Fact]
    public void Read_BookinfoYaml_HoldsItsServicesAndKnowinglyIgnoresTheRest()
    {
        var file = Repository.RequireSharedData("bookinfo", "platform", "kube", "bookinfo.yaml");

        var read = new ResourceReader().Read(File.ReadAllText(file), "bookinfo.yaml");

        var services = read.Resources.Where(resource => resource.Kind == ResourceKinds.Service).Select(resource => resource.Id.Name);
        Assert.Equal(["details", "productpage", "ratings", "reviews"], services.Order());
        Assert.All(read.Findings, finding => Assert.Equal(FindingSeverity.Information, finding.Severity));
        Assert.Contains(read.Findings, finding => finding.Subject == "Deployment default/reviews-v3");
    }
}
