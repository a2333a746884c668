using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>Every unmodified manifest of Bookinfo through the real kubectl, with its own validation on.</summary>
public sealed class BookinfoManifestTests
{
    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Apply_EveryFile_StoresWhatIsInIt_AndDiffsToNothing(string kubectl)
    {
        var files = Manifests();
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        foreach (var file in files)
        {
            var (known, foreign) = Content(file);
            var applied = await mesh.TryAsync(["apply", "-f", file]);

            Assert.True((applied.Code == 0) == (foreign == 0), $"{file}: {applied.Code}\n{applied.Output}\n{applied.Error}");
            Assert.True(foreign == 0 || applied.Error.Contains("no matches for kind", StringComparison.Ordinal), $"{file}: {applied.Error}");
            Assert.Equal(known.Length, applied.Output.Split('\n').Count(line => line.EndsWith(" created", StringComparison.Ordinal) || line.EndsWith(" configured", StringComparison.Ordinal) || line.EndsWith(" unchanged", StringComparison.Ordinal)));
            Assert.All(known, resource => Assert.True(mesh.State.Store.Current.Resources.ContainsKey(resource.Id), $"{file}: {resource.Id}"));
            Assert.All(known.Where(resource => resource.Spec is not null), resource => Assert.Equal(resource.Kind, mesh.State.Store.Current.Resources[resource.Id].Kind));
        }

        // The last word on each object is what a second round finds; nothing in it may look like a change then.
        var last = files.Where(file => Content(file).Foreign == 0).ToArray();
        await mesh.TryAsync(["apply", .. last.SelectMany(file => new[] { "-f", file })], code: 0);
        var version = mesh.State.Store.Current.EffectiveVersion;
        await mesh.TryAsync(["apply", "-f", last[^1]], code: 0);
        await mesh.TryAsync(["diff", "-f", last[^1]], code: 0);
        Assert.Equal(version, mesh.State.Store.Current.EffectiveVersion);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task ServerSideApply_EveryFile_StoresTheSame_AndAgainChangesNothing(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        foreach (var file in Manifests().Where(file => Content(file).Foreign == 0).GroupBy(Path.GetDirectoryName).SelectMany(folder => folder.Take(6)))
        {
            await mesh.TryAsync(["apply", "--server-side", "-f", file], code: 0);
            var version = mesh.State.Store.Current.EffectiveVersion;
            await mesh.TryAsync(["apply", "--server-side", "-f", file], code: 0);

            Assert.Equal(version, mesh.State.Store.Current.EffectiveVersion);
            Assert.All(Content(file).Known.Where(resource => !resource.Kind.IsBuiltIn), resource => Assert.Equal(resource.Spec, mesh.State.Store.Current.Resources[resource.Id].Spec));
        }
    }

    private static string[] Manifests() =>
    [
        .. Directory.GetFiles(Repository.RequireSharedData("bookinfo"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "swagger.yaml")
            .Order(StringComparer.Ordinal),
    ];

    private static (Resource[] Known, int Foreign) Content(string file)
    {
        var read = new ResourceReader().Read(File.ReadAllText(file), file);
        return ([.. read.Resources], read.Documents.Count(document => document.Resource is null));
    }
}
