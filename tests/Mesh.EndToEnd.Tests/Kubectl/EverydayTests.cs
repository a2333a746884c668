using System.Text.Json.Nodes;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>What people do with kubectl all day.</summary>
public sealed class EverydayTests
{
    private const string Route = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http: [{route: [{destination: {host: reviews, subset: v1}}]}]
        """;

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Get_InEveryForm_ShowsTheObject(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.TryAsync("apply -f -", 0, Route);
        await mesh.RunAsync("create namespace bank");

        var table = await mesh.RunAsync("get vs");
        Assert.Matches(@"NAME\s+GATEWAYS\s+HOSTS\s+AGE", table);
        Assert.Matches("""reviews\s+\["reviews"\]\s+\d+s""", table);
        Assert.Matches(@"default\s+reviews", await mesh.RunAsync("get virtualservices.networking.istio.io -A"));
        Assert.Contains("subset: v1", await mesh.RunAsync("get vs reviews -o yaml"), StringComparison.Ordinal);
        Assert.Equal("reviews", JsonNode.Parse(await mesh.RunAsync("get vs reviews -o json"))!["spec"]!["hosts"]![0]!.ToString());
        Assert.Equal("virtualservice.networking.istio.io/reviews\n", await mesh.RunAsync("get vs -o name"));
        Assert.Equal("v1", await mesh.RunAsync("get vs reviews -o jsonpath={.spec.http[0].route[0].destination.subset}"));
        Assert.Contains("reviews", await mesh.RunAsync("get istio-io -A"), StringComparison.Ordinal);
        Assert.Contains("kube-system", await mesh.RunAsync("get ns -o wide"), StringComparison.Ordinal);
        Assert.Contains("reviews", await mesh.RunAsync("get vs --field-selector metadata.name=reviews --show-labels"), StringComparison.Ordinal);
        Assert.Contains("reviews", await mesh.RunAsync("get vs --sort-by=.metadata.name --chunk-size=1"), StringComparison.Ordinal);
        Assert.Contains("No resources found", (await mesh.TryAsync("get vs -n bank", 0)).Error, StringComparison.Ordinal);
        Assert.Contains("NotFound", (await mesh.TryAsync("get vs other", 1)).Error, StringComparison.Ordinal);
        Assert.Contains("Hosts:", await mesh.RunAsync("describe vs reviews"), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task ApiResourcesAndExplain_Asked_KnowTheKinds(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);

        var resources = await mesh.RunAsync("api-resources -o wide");
        Assert.Matches(@"virtualservices\s+vs\s+networking.istio.io/v1\s+true\s+VirtualService", resources);
        Assert.Matches(@"namespaces\s+ns\s+v1\s+false\s+Namespace", resources);
        Assert.Contains("security.istio.io/v1beta1", await mesh.RunAsync("api-versions"), StringComparison.Ordinal);
        Assert.Contains("v1.33.", await mesh.RunAsync("version"), StringComparison.Ordinal);

        var explained = await mesh.RunAsync("explain virtualservice.spec.http");
        Assert.Contains("retries", explained, StringComparison.Ordinal);
        Assert.Contains("timeout", explained, StringComparison.Ordinal);
        Assert.Contains("ports", await mesh.RunAsync("explain service.spec"), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task EditPatchLabelAnnotate_OfARoute_ChangeIt(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.TryAsync("apply -f -", 0, Route);

        var editor = mesh.Write("editor.sh", "#!/bin/sh\nsed -i 's/subset: v1/subset: v2/' \"$1\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(editor, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await mesh.TryAsync(["edit", "vs", "reviews"], code: 0, variable: ("KUBE_EDITOR", editor));
        Assert.Equal("v2", await SubsetAsync(mesh));

        await mesh.TryAsync(["patch", "vs", "reviews", "--type=merge", "-p", """{"spec":{"http":[{"route":[{"destination":{"host":"reviews","subset":"v3"}}]}]}}"""], code: 0);
        Assert.Equal("v3", await SubsetAsync(mesh));
        await mesh.TryAsync(["patch", "vs", "reviews", "--type=json", "-p", """[{"op":"replace","path":"/spec/http/0/route/0/destination/subset","value":"v1"}]"""], code: 0);
        Assert.Equal("v1", await SubsetAsync(mesh));

        // Old versions print the server's reason, new ones their own words.
        var strategic = (await mesh.TryAsync(["patch", "vs", "reviews", "-p", "{}"], code: 1)).Error;
        Assert.True(strategic.Contains("strategic-merge-patch", StringComparison.Ordinal) || strategic.Contains("UnsupportedMediaType", StringComparison.Ordinal), strategic);

        await mesh.RunAsync("label vs reviews team=a");
        await mesh.RunAsync("annotate vs reviews note=b");
        Assert.Equal("a b", await mesh.RunAsync("get vs reviews -o jsonpath={.metadata.labels.team}{\"\\x20\"}{.metadata.annotations.note}"));
        Assert.Contains("reviews", await mesh.RunAsync("get vs -l team=a"), StringComparison.Ordinal);
        await mesh.RunAsync("label vs reviews team-");
        Assert.Equal("", await mesh.RunAsync("get vs -l team -o name"));
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task DiffReplaceAndDelete_OfARoute_SayWhatTheyDo(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        var file = mesh.Write("route.yaml", Route);
        var changed = mesh.Write("changed.yaml", Route.Replace("v1}", "v2}", StringComparison.Ordinal));
        Assert.Contains("+  name: reviews", (await mesh.TryAsync($"diff -f {file}", 1)).Output, StringComparison.Ordinal);
        await mesh.RunAsync($"apply -f {file}");

        Assert.Contains("unchanged", await mesh.RunAsync($"apply -f {file}"), StringComparison.Ordinal);
        await mesh.RunAsync($"diff -f {file}");
        Assert.Contains("subset: v2", (await mesh.TryAsync($"diff -f {changed}", 1)).Output, StringComparison.Ordinal);
        Assert.Contains("(server dry run)", await mesh.RunAsync($"apply -f {changed} --dry-run=server"), StringComparison.Ordinal);
        Assert.Equal("v1", await SubsetAsync(mesh));
        await mesh.RunAsync($"replace -f {changed}");
        Assert.Equal("v2", await SubsetAsync(mesh));
        await mesh.RunAsync($"replace --force -f {file}");
        Assert.Equal("v1", await SubsetAsync(mesh));
        Assert.Contains("deleted", await mesh.RunAsync($"delete -f {file}"), StringComparison.Ordinal);
        Assert.Contains("AlreadyExists", (await mesh.TryAsync($"create -f {file} -f {file}", 1)).Error, StringComparison.Ordinal);
        await mesh.RunAsync("delete vs --all");
        await mesh.RunAsync("create ns bank");
        await mesh.RunAsync($"apply -n bank -f {file}");
        await mesh.RunAsync("delete ns bank");
        Assert.Equal("", await mesh.RunAsync("get vs -A -o name"));
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Apply_OfWhatIsWrong_IsRefusedWithEveryReason(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);

        var invalid = await mesh.TryAsync("apply -f -", 1, Route.Replace("{destination: {host: reviews, subset: v1}}", "{destination: {host: reviews}, weight: -1}], timeout: \"-3s\"", StringComparison.Ordinal).Replace("]}]", "}]", StringComparison.Ordinal));
        var unknown = await mesh.TryAsync("apply -f -", 1, Route.Replace("hosts:", "hostz: [a]\n  hosts:", StringComparison.Ordinal));
        var homeless = await mesh.TryAsync("apply -n nowhere -f -", 1, Route);

        Assert.Contains("is invalid", invalid.Error, StringComparison.Ordinal);
        Assert.Contains("spec.http[0]", invalid.Error, StringComparison.Ordinal);
        Assert.Contains("hostz", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("namespaces \"nowhere\" not found", homeless.Error, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task ServerSideApply_AfterAClientSideOne_TakesOver_AndConflictsWithOthers(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.TryAsync("apply -f -", 0, Route);
        var changed = Route.Replace("v1}", "v2}", StringComparison.Ordinal);

        await mesh.TryAsync("apply --server-side -f -", 0, changed);
        await mesh.TryAsync("diff --server-side -f -", 0, changed);
        var conflict = await mesh.TryAsync("apply --server-side --field-manager=other -f -", 1, Route);
        await mesh.TryAsync("apply --server-side --field-manager=other --force-conflicts -f -", 0, Route);

        Assert.Contains("conflict with \"kubectl\"", conflict.Error, StringComparison.Ordinal);
        Assert.Equal("v1", await SubsetAsync(mesh));
    }

    private static Task<string> SubsetAsync(KubectlMesh mesh) => mesh.RunAsync("get vs reviews -o jsonpath={.spec.http[0].route[0].destination.subset}");
}
